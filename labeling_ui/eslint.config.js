import hooks from 'eslint-plugin-react-hooks';
import typescript from 'typescript-eslint';

// Each of these libraries has one door, so that another can take its place.
const DOORS = {
  'maplibre-gl': 'src/map/map.ts',
  'terra-draw': 'src/map/draw.ts',
  'terra-draw-maplibre-gl-adapter': 'src/map/draw.ts',
  'polyclip-ts': 'src/geometry/clip.ts',
  idb: 'src/outbox/database.ts',
};

function doorsExcept(file) {
  const paths = Object.entries(DOORS)
    .filter(([, door]) => door !== file)
    .map(([name, door]) => ({ name, message: `Only ${door} imports ${name}.` }));
  return { 'no-restricted-imports': ['error', { paths }] };
}

export default typescript.config(
  { ignores: ['dist', 'public', 'src/api/schema.ts'] },
  typescript.configs.recommended,
  hooks.configs.flat['recommended-latest'],
  {
    files: ['src/**/*.{ts,tsx}'],
    rules: {
      ...doorsExcept(null),
      'max-lines': ['error', { max: 400 }],
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // No barrel files: a name is imported from where it lives.
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'Import from where it lives.' },
        { selector: 'ExportNamedDeclaration[source]', message: 'Import from where it lives.' },
      ],
    },
  },
  ...[...new Set(Object.values(DOORS))].map((file) => ({
    files: [file],
    rules: doorsExcept(file),
  })),
);
