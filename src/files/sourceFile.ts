/** A file that a settlement was compared with. */
export interface SourceFile {
  readonly role: 'bill' | 'meter';
  /** Its name, without the directories it lies in. */
  readonly name: string;
  /** Of its bytes, hexadecimal. */
  readonly sha256: string;
}
