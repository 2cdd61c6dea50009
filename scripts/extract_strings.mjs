// Print, as JSON, the texts of src/ that are translated: a list of {context, id, plural, places}.
// TypeScript's own parser reads them, so that a text is what the page asks for, to the character.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

// What each method takes first; what comes after that fills places, or is the number.
const METHODS = new Map([
  ['__', ['id']],
  ['gettext', ['id']],
  ['_n', ['id', 'plural']],
  ['ngettext', ['id', 'plural']],
  ['_p', ['context', 'id']],
  ['pgettext', ['context', 'id']],
  ['_np', ['context', 'id', 'plural']],
  ['npgettext', ['context', 'id', 'plural']]
]);

/** A text known without running anything, else null. */
function textOf(node) {
  if (ts.isStringLiteralLike(node)) {
    return node.text;
  }
  if (ts.isParenthesizedExpression(node)) {
    return textOf(node.expression);
  }
  if (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.PlusToken
  ) {
    const parts = [textOf(node.left), textOf(node.right)];
    return parts.includes(null) ? null : parts.join('');
  }
  return null;
}

/** Each translated text of a source; one that has to be computed is a complaint. */
function textsOf(name, source, complain) {
  const file = ts.createSourceFile(
    name,
    source,
    ts.ScriptTarget.Latest,
    true,
    name.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  );
  const found = [];
  const visit = node => {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      METHODS.has(node.expression.name.text)
    ) {
      const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      const fields = { context: null, id: null, plural: null };
      let isKnown = true;
      METHODS.get(node.expression.name.text).forEach((field, position) => {
        const argument = node.arguments[position];
        const text = argument === undefined ? null : textOf(argument);
        if (text === null) {
          isKnown = false;
          complain(
            `${name}:${line}: the ${field} of a translated text has to be a literal`
          );
        }
        fields[field] = text;
      });
      if (isKnown) {
        found.push({ ...fields, place: `${name}:${line}` });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return entry.name === '__tests__' ? [] : sources(path);
    }
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts')
      ? [path]
      : [];
  });
}

// A folder may be given; names in what is printed are relative to the one above it.
const folder = process.argv[2] ?? join(ROOT, 'src');
const texts = sources(folder)
  .sort()
  .flatMap(path => {
    const name = relative(dirname(folder), path).split(sep).join('/');
    return textsOf(name, readFileSync(path, 'utf-8'), complaint => {
      process.exitCode = 1;
      console.error(complaint);
    });
  });
process.stdout.write(JSON.stringify(texts));
