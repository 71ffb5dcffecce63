/** What lists of revoked certificates say of themselves. */

/** A list, by its end. */
export interface RevocationList {
  /** Until when it holds; null where it does not say. @unit ms since the epoch */
  readonly endsAt: number | null;
  /** How many certificates stand in it. */
  readonly revoked: number;
}

const bytesOf = (pem: string): ArrayBuffer =>
  new Uint8Array(Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64')).buffer;

/** Reads lists in PEM; one that cannot be read is null. */
export const revocationListsOf = async (lists: readonly string[]): Promise<readonly (RevocationList | null)[]> => {
  const [{ AsnConvert }, { CertificateList }] = await Promise.all([
    import('@peculiar/asn1-schema'),
    import('@peculiar/asn1-x509'),
  ]);
  return lists.map((pem) => {
    try {
      const { nextUpdate, revokedCertificates = [] } = AsnConvert.parse(bytesOf(pem), CertificateList).tbsCertList;
      return { endsAt: nextUpdate?.getTime().getTime() ?? null, revoked: revokedCertificates.length };
    } catch {
      return null;
    }
  });
};
