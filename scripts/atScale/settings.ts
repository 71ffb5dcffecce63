/** What a VEN and a host do when nobody has said otherwise: taken from where it stands, so that a change of it changes the page. */
import { settingsSchema } from '../../src/shell/settings/settings.ts';
import { venSettingsOf } from '../../src/shell/settings/venSettings.ts';

/** Settings of a VEN that nobody has changed. */
export const usualSettings = venSettingsOf({ ...settingsSchema.parse({ dataDirectory: '.' }), vtnUrl: '' });

/** How long its log can be replayed. @unit days */
export const usualRetentionDays = settingsSchema.parse({ dataDirectory: '.' }).replayRetentionDays;
