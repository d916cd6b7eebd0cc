package dev.halyard.runtime.cache;

import dev.halyard.spi.ArtefactStore;
import java.nio.file.Path;
import java.util.Optional;

/** A plugin's artefacts in a cache folder of its own. */
public final class FolderArtefactStore implements ArtefactStore {
  private final CacheFolder cache;

  /**
   * Makes the store.
   *
   * @param cache the folder
   */
  public FolderArtefactStore(CacheFolder cache) {
    this.cache = cache;
  }

  @Override
  public Optional<byte[]> get(String key) {
    return cache.get(key);
  }

  @Override
  public void put(String key, byte[] content) {
    cache.put(key, content);
  }

  @Override
  public Path folder() {
    return cache.folder();
  }
}
