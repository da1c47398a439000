declare module '@joplin/turndown-plugin-gfm' {
  import type Service from 'turndown';

  export const tables: Service.Plugin;
}
