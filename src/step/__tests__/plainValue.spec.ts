import { readFileSync } from 'fs';
import { join } from 'path';

import { plainValue } from '../plainValue';

// The server half's tests hold the same rows against Python.
const ROWS = JSON.parse(
  readFileSync(
    join(__dirname, '../../../tests/server/plain_values.json'),
    'utf-8'
  )
) as ReadonlyArray<{ source: string; value: string | null }>;

it.each(ROWS)(
  'a value of Python $source as one of a params file: $value',
  ({ source, value }) => {
    expect(plainValue(source)).toBe(value);
  }
);
