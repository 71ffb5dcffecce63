/** Meters of which files tell: a utility's, or another system's, that lands in a folder. */
import { z } from 'zod';
import { aText, filePath, setting } from '../fields.ts';
import { limits, named } from './physical.ts';

/** A meter whose files land in a folder. */
export const filesSchema = z
  .strictObject({
    kind: setting(z.literal('files'), '"files"', 'Which device this is.'),
    ...named,
    ...limits(24_000, 24_000),
    folder: setting(
      filePath(),
      'the path of a folder',
      'Where its files land: CSV, Green Button or MEPMD01. They are only read; nothing is moved or deleted.',
    ),
    columns: setting(
      z.string().min(1).max(2_000).optional(),
      'pairs such as time=Start,kwh=Net',
      'What the columns mean, as "ven settle --columns" takes it; absent: by their headers.',
    ),
    fileDevice: setting(
      z.string().min(1).optional(),
      aText,
      'What its files call it; absent: they tell of one meter alone.',
    ),
    awaitedHours: setting(
      z.int().min(1).max(168).default(48),
      'a whole number of hours from 1 to 168',
      'How long after an hour its file is awaited; then an alarm is raised. Unit: h.',
    ),
  })
  .meta({
    description:
      'A meter by files that land in a folder, as a utility sends them: its hours come late, and are asked for until then.',
  });
