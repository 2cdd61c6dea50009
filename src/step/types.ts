/** Types that a parameter often has; anything else may be typed. */
export const TYPES: ReadonlyArray<string> = [
  'str',
  'int',
  'float',
  'bool',
  'Path',
  'list[str]',
  'list[int]',
  'list[float]',
  'Optional[str]',
  "Literal['a', 'b']"
];
