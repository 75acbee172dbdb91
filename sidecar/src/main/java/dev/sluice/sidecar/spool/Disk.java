package dev.sluice.sidecar.spool;

import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/** Where segments are written. */
@FunctionalInterface
interface Disk {
  /** The file system. A name is a chain's own: what is there under it was left by a failure. */
  Disk FILES = file -> new OpenFile(new FileOutputStream(file.toFile()));

  /** Opens a file for writing, empty. */
  Output open(Path file) throws IOException;

  /** An open file. */
  interface Output extends Closeable {
    /** Gives so many bytes, from the first, to the operating system. */
    void write(byte[] bytes, int length) throws IOException;

    /** Has the operating system force what it was given to the medium. Any thread may do so. */
    void sync() throws IOException;
  }

  /**
   * A file stream of the old kind: it costs the least, and an interrupted thread does not close it.
   */
  record OpenFile(FileOutputStream stream) implements Output {
    @Override
    public void write(byte[] bytes, int length) throws IOException {
      stream.write(bytes, 0, length);
    }

    @Override
    public void sync() throws IOException {
      stream.getFD().sync();
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }
}
