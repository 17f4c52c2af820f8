// Something that could not be done, for a person to read: `code` is its translation, `field` the input it concerns ('' = none).
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;
  readonly field: string;
  readonly params: Readonly<Record<string, string | number>>;
  constructor(code: string, message: string, field = '', params: Record<string, string | number> = {}) {
    super(message);
    this.code = code;
    this.field = field;
    this.params = params;
  }
}
