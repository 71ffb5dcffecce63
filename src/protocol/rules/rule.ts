/** Gathers what speaks against a message; each finding names the row of the conformance checklist and the rule behind it. */
export type Findings = string[];

/** Adds a finding when what a rule asks for is not so. */
export const demand = (findings: Findings, rule: string, isSo: boolean, otherwise: string): void => {
  if (!isSo) findings.push(`${rule}: ${otherwise}`);
};

/** Whether a list has no value twice. */
export const areDistinct = (values: readonly string[]): boolean => new Set(values).size === values.length;
