import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import type { BundleSource } from '../../bundle/blockIndex.ts';

/** A bundle in a file. Nothing else of it is read into memory than what is asked for. */
export const bundleFile = async (path: string): Promise<BundleSource> => {
  const file = await open(path, 'r');
  const { size } = await file.stat().catch(async (error: unknown) => {
    await file.close();
    throw error;
  });
  return {
    name: path,
    bytes: size,
    read: async (offset, length) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    },
    close: () => file.close(),
  };
};

const writeAll = async (file: FileHandle, parts: AsyncIterable<Uint8Array>): Promise<number> => {
  let bytes = 0;
  for await (const part of parts) {
    await file.writeFile(part);
    bytes += part.length;
  }
  await file.sync();
  return bytes;
};

/** Writes a new file for this user alone, whole or not at all; returns its size. @throws Error `EEXIST` when there is one of that name, or what the disk says */
export const writeNewFile = async (path: string, parts: AsyncIterable<Uint8Array>): Promise<number> => {
  const claim = await open(path, 'wx', 0o600);
  await claim.close();
  const draft = `${path}.part`;
  try {
    const file = await open(draft, 'w', 0o600);
    const bytes = await writeAll(file, parts).finally(() => file.close());
    await rename(draft, path);
    return bytes;
  } catch (error) {
    await Promise.all([rm(draft, { force: true }), rm(path, { force: true })]);
    throw error;
  }
};
