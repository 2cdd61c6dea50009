// Without `resolveJsonModule`, so that only the version is seen and the file's own types stay out.
declare module '*/package.json' {
  export const version: string;
}
