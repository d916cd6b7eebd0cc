package dev.halyard.runtime.isolate;

import dev.halyard.spi.ArtefactStore;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.CompileMode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The conditions of a compilation; progress and artefacts go to the application. */
record HostedCompilation(
    Peer peer, long call, CompileMode mode, Instant deadline, Path artefactFolder)
    implements CompileContext {
  private static final List<CompileMode> MODES =
      List.of(CompileMode.JIT, CompileMode.LOAD_ONLY, CompileMode.BUILD);

  static HostedCompilation read(Peer peer, long call, MessageReader in) {
    String mode = in.text();
    Instant deadline = Instant.ofEpochMilli(in.number());
    return new HostedCompilation(
        peer,
        call,
        MODES.stream()
            .filter(known -> known.name().equals(mode))
            .findFirst()
            .orElseThrow(() -> new ProtocolException("there is no mode " + mode)),
        deadline,
        Path.of(in.text()));
  }

  @Override
  public void progress(double fraction, String step) {
    peer.callWithin(
        call, Request.PROGRESS, new MessageWriter().real(fraction).text(step), Child.ANSWER_LIMIT);
  }

  @Override
  public ArtefactStore artefacts() {
    return new Store(peer, artefactFolder);
  }

  /** The application's store. */
  private record Store(Peer peer, Path folder) implements ArtefactStore {
    @Override
    public Optional<byte[]> get(String key) {
      MessageReader in =
          peer.call(Request.ARTEFACT_GET, new MessageWriter().text(key), Child.ANSWER_LIMIT);
      return in.flag() ? Optional.of(in.bytes()) : Optional.empty();
    }

    @Override
    public void put(String key, byte[] content) {
      peer.call(
          Request.ARTEFACT_PUT, new MessageWriter().text(key).bytes(content), Child.ANSWER_LIMIT);
    }
  }
}
