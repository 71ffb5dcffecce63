/** An instant as text in UTC, whole seconds: `2026-07-28T04:00:00Z`. */
export type DateTime = string;

/** An ISO 8601 duration as it was received, trimmed: `PT1H`, `P1M`, `PT0S`. */
export type Duration = string;

/** A number as its decimal text, digit for digit as received: `0.10`, `-3`, `1e0`; never NaN or infinite. */
export type DecimalText = string;
