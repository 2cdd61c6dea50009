import js from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

// Every rule of the plugin is an error, those that it recommends as warnings or not at all among them.
const everyJupyterRule = Object.fromEntries(
  Object.keys(jupyter.rules).map(name => [`jupyter/${name}`, 'error'])
);

// The one rule that reads JSON; the recommended configuration brings the parser for it.
const schemaRules = jupyter.configs.recommended
  .filter(({ files }) => files?.includes('**/schema/*.json'))
  .map(config => ({
    ...config,
    plugins: { jupyter },
    rules: { 'jupyter/no-schema-enum': 'error' }
  }));

export default defineConfig([
  {
    ignores: [
      '.venv',
      'demo',
      'docs/_build',
      'jupyterlab_dvc',
      'lib',
      'node_modules',
      '**/test-results'
    ]
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{js,mjs}'],
    extends: [js.configs.recommended],
    languageOptions: { globals: globals.node }
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [js.configs.recommended, tseslint.configs.recommendedTypeChecked],
    plugins: { jupyter },
    languageOptions: {
      globals: { ...globals.browser },
      parserOptions: {
        project: './tsconfig.test.json',
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      ...everyJupyterRule,
      '@typescript-eslint/naming-convention': [
        'error',
        { selector: 'interface', format: ['PascalCase'], prefix: ['I'] }
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      // Lumino's signals take the object beside the method; a rule of Jupyter's sees that it is there.
      '@typescript-eslint/unbound-method': 'off',
      curly: ['error', 'all'],
      eqeqeq: 'error',
      'prefer-arrow-callback': 'error'
    }
  },
  ...schemaRules,
  prettier
]);
