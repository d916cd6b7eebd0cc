package dev.halyard.fpga.xrt;

import dev.halyard.spi.ProbeContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * The boards that one process can use: cards first, then emulated ones.
 *
 * <p>XRT reads its environment once, so that all boards of a process share that of the first; those
 * that ask for another are left out.
 *
 * @param all the boards, with where they come from
 * @param reasons why there are no more
 */
record Boards(List<Found> all, List<String> reasons) {
  /**
   * A board.
   *
   * @param source what opens it
   * @param board what it is
   */
  record Found(BoardSource source, BoardDescription board) {}

  /** {@return the sources that the class path or module path has} */
  static List<BoardSource> sources() {
    return ServiceLoader.load(BoardSource.class, Boards.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  /**
   * {@return the boards of all sources}
   *
   * @param sources gives the sources; one that cannot be loaded hides all
   * @param context the environment and configuration
   */
  static Boards find(Iterable<BoardSource> sources, ProbeContext context) {
    List<Found> listed = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    for (BoardSource source : sources) {
      BoardSource.Listing listing = source.list(context);
      listing.boards().forEach(board -> listed.add(new Found(source, board)));
      if (listing.boards().isEmpty()) {
        reasons.add(listing.reason());
      }
    }
    listed.sort(Comparator.comparing(found -> found.board().emulated()));
    Map<String, String> environment = environment(listed.stream());
    List<Found> usable = new ArrayList<>();
    for (Found found : listed) {
      if (found.board().environment().equals(environment)) {
        usable.add(found);
      } else {
        reasons.add(
            found.board().name()
                + " needs the environment "
                + found.board().environment()
                + ", and the boards before it need "
                + environment);
      }
    }
    return new Boards(List.copyOf(usable), List.copyOf(reasons));
  }

  /** {@return as {@link #find(Iterable, ProbeContext)} does, of {@link #sources}} */
  static Boards find(ProbeContext context) {
    try {
      return find(sources(), context);
    } catch (ServiceConfigurationError broken) {
      return new Boards(List.of(), List.of("a source of boards is broken: " + broken.getMessage()));
    }
  }

  /** {@return the variables that a process needs for these boards, before it starts} */
  Map<String, String> environment() {
    return environment(all.stream());
  }

  private static Map<String, String> environment(Stream<Found> boards) {
    return boards.findFirst().map(found -> found.board().environment()).orElse(Map.of());
  }

  /**
   * {@return a board, if it is there}
   *
   * @param stableId as {@link BoardDescription#stableId} gives it
   */
  Optional<Found> get(String stableId) {
    return all.stream().filter(found -> found.board().stableId().equals(stableId)).findFirst();
  }
}
