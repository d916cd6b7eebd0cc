package dev.halyard.runtime.isolate;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Things that the application knows by small numbers; looked up without a lock. */
final class Table<T> {
  private final String what;
  private final Deque<Integer> free = new ArrayDeque<>();
  private volatile @Nullable Object[] entries = new @Nullable Object[16];
  private int size;

  /**
   * Makes an empty table.
   *
   * @param what it holds, for messages
   */
  Table(String what) {
    this.what = what;
  }

  /** {@return the number of a new entry} */
  synchronized int add(T entry) {
    Integer known = free.pollFirst();
    int number = known == null ? size++ : known;
    @Nullable Object[] grown =
        Arrays.copyOf(entries, number < entries.length ? entries.length : 2 * entries.length);
    grown[number] = entry;
    entries = grown;
    return number;
  }

  /**
   * {@return the entry of a number}
   *
   * @throws ProtocolException if there is none
   */
  @SuppressWarnings("unchecked") // only add() writes
  T get(int number) {
    @Nullable Object[] all = entries;
    Object entry = number < 0 || number >= all.length ? null : all[number];
    if (entry == null) {
      throw new ProtocolException("there is no " + what + " of number " + number);
    }
    return (T) entry;
  }

  /** {@return the entry of a number, which is free from now on} */
  synchronized T remove(int number) {
    T entry = get(number);
    @Nullable Object[] rest = entries.clone();
    rest[number] = null;
    entries = rest;
    free.addLast(number);
    return entry;
  }
}
