/**
 * Identifiers are opaque text: trimmed when received, compared case-sensitively, echoed as they came.
 *
 * They are plain aliases: the names document which identifier belongs where and a literal can be assigned without ceremony.
 *
 * @rule 2.0b 512
 */

/** Identifies a VEN; handed out by the VTN at registration or beforehand by other means. */
export type VenID = string;
/** Identifies a VTN. */
export type VtnID = string;
/** Identifies a party's registration. */
export type RegistrationID = string;
/** Correlates an answer with its request; uniqueness must not be assumed. @rule 2.0b 43 */
export type RequestID = string;
/** Identifies a DR event, uniquely for one VEN only. @rule 2.0b 70 */
export type EventID = string;
/** Identifies one request for a report; unique per requester. @rule 2.0b 322 */
export type ReportRequestID = string;
/** Identifies a metadata report, or is `METADATA` in a request for all of them. @rule 2.0b 327 */
export type ReportSpecifierID = string;
/** Identifies a data point within one reportSpecifierID. @rule 2.0b 308 */
export type RID = string;
/** Identifies an opt. @rule 2.0b 204 */
export type OptID = string;
/** Identifies a signal within one DR event. @rule 2.0b 106 */
export type SignalID = string;
/** Identifies a resource behind the VEN. */
export type ResourceID = string;
/** URI that names a DR programme. @rule 2.0b 512 */
export type MarketContext = string;
