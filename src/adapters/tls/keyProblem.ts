/** A key that cannot be used; its message never repeats what is in the file. */
export class KeyProblem extends Error {
  override readonly name = 'KeyProblem';
}
