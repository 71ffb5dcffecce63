import type { OadrServiceName } from '../types/enumerations.ts';
import type { OadrInfo } from './oadrInfo.ts';

/** What a VTN announces about one of its services. */
export interface OadrService {
  readonly oadrServiceName: OadrServiceName;
  readonly oadrInfo: readonly OadrInfo[];
}

/** A vendor's extension. */
export interface OadrExtension {
  readonly oadrExtensionName: string;
  readonly oadrInfo: readonly OadrInfo[];
}
