import type { VenSettings } from '../../facts/settings.ts';

/** Whether what we send is signed: what the VTN is told of us at registration. @rule 2.0b 514 */
export const signs = ({ signatures }: Pick<VenSettings, 'signatures'>): boolean =>
  signatures === 'sign' || signatures === 'both';

/** Whether what the VTN sends counts only when it is signed. @rule 2.0b 514 */
export const verifies = ({ signatures }: Pick<VenSettings, 'signatures'>): boolean =>
  signatures === 'verify' || signatures === 'both';
