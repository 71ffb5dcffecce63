import { createHash } from 'node:crypto';
import type { Checkpoint } from '../store/eventLog.ts';
import type { Head } from '../store/head.ts';
import { headAt } from '../store/logWriter.ts';
import { packBlock } from './block.ts';
import { afterLine, linesOf, type BundleItem } from './lines.ts';
import type { Ending, Manifest, Sign } from './manifest.ts';

/** What is written into a bundle. */
export interface BundleContents {
  readonly manifest: Manifest;
  readonly checkpoints: readonly Checkpoint[];
  readonly items: AsyncIterable<BundleItem>;
}

/** How it is written. */
export interface WriteOptions {
  readonly sign?: Sign;
  /** @limit Text that is gathered before it is packed. @unit characters */
  readonly blockCharacters?: number;
}

const usualBlockCharacters = 256 * 1024;

async function* entryBlocks(
  base: Head,
  items: AsyncIterable<BundleItem>,
  blockCharacters: number,
): AsyncGenerator<Buffer> {
  let lines = [afterLine(base)];
  let characters = 0;
  let previous = base;
  let before = base;
  for await (const item of items) {
    for (const line of linesOf(item)) {
      lines.push(line);
      characters += line.length;
    }
    previous = headAt(item.entry);
    if (characters < blockCharacters) continue;
    yield packBlock(`${lines.join('\n')}\n`, before.position + 1);
    lines = [afterLine(previous)];
    before = previous;
    characters = 0;
  }
  if (lines.length > 1) yield packBlock(`${lines.join('\n')}\n`, before.position + 1);
}

async function* blocksOf(
  { manifest, checkpoints, items }: BundleContents,
  blockCharacters: number,
): AsyncGenerator<Buffer> {
  yield packBlock(`${JSON.stringify(manifest)}\n`, null);
  for (const checkpoint of checkpoints) yield packBlock(`${JSON.stringify({ checkpoint })}\n`, null);
  yield* entryBlocks(manifest.base, items, blockCharacters);
}

/** The bytes of a bundle, block by block. */
export async function* writeBundle(
  contents: BundleContents,
  { sign, blockCharacters = usualBlockCharacters }: WriteOptions = {},
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const block of blocksOf(contents, blockCharacters)) {
    hash.update(block);
    yield block;
  }
  const digest = hash.digest('hex');
  const end: Ending = { digest, ...(sign === undefined ? {} : { signature: sign(digest) }) };
  yield packBlock(`${JSON.stringify({ end })}\n`, null);
}
