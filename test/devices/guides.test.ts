import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deviceKindSchemas } from '../../src/shell/settings/deviceKinds.ts';
import { settingsSchema } from '../../src/shell/settings/settings.ts';

const guides = join(import.meta.dirname, '../../docs/guides');
const files = readdirSync(guides).filter((name) => name.startsWith('devices-'));

/** The configurations that a guide shows. */
const examplesOf = (name: string): readonly unknown[] =>
  [...readFileSync(join(guides, name), 'utf8').matchAll(/```json\n(\{.*?\n\})\n```/gs)].map(
    ([, text]) => JSON.parse(text ?? '') as unknown,
  );

describe('the guides of devices', () => {
  it.each(files)('%s shows configurations that are valid', (name) => {
    const examples = examplesOf(name);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples)
      expect(settingsSchema.safeParse({ dataDirectory: 'unused', ...(example as object) }).error?.issues ?? []).toEqual(
        [],
      );
  });

  it('have an example of every kind', () => {
    const shown = files.flatMap(examplesOf).flatMap((example) => (example as { devices: { kind: string }[] }).devices);
    const kinds = new Set(shown.map(({ kind }) => kind));
    expect(deviceKindSchemas.map((schema) => schema.shape.kind.value).filter((kind) => !kinds.has(kind))).toEqual([]);
  });
});
