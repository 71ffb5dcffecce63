import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { builtPage } from './support/inspected.ts';

/** @limit What the page weighs, compressed, in all. @unit bytes */
const weightLimit = 300 * 1024;

describe('the page as it is built', () => {
  it('is light', async () => {
    const directory = await builtPage();
    const weights = readdirSync(directory).map(
      (name) => [name, gzipSync(readFileSync(join(directory, name))).length] as const,
    );
    const whole = weights.reduce((sum, [, bytes]) => sum + bytes, 0);
    console.log(
      `The page weighs ${(whole / 1024).toFixed(1)} KiB compressed: ${weights.map(([name, bytes]) => `${name} ${(bytes / 1024).toFixed(1)}`).join(', ')}.`,
    );
    expect(weights.map(([name]) => name)).toEqual(
      expect.arrayContaining(['index.html', 'page.js', 'page.css', 'icon.svg']),
    );
    expect(whole).toBeLessThan(weightLimit);
  });

  it('names no address but its own, and holds no script or style in its document', async () => {
    const directory = await builtPage();
    const html = readFileSync(join(directory, 'index.html'), 'utf8');
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/);
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(readFileSync(join(directory, 'page.css'), 'utf8')).not.toMatch(/@import|url\((?!["']?data:)/);
  });
});
