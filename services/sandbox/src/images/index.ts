export { type BuildImage, imageBuilder, type PullImage } from './build/build-image.ts';
export { type ImagesConfig, ImagesConfigSchema } from './config.ts';
export { type ContainerImages } from './container-images.ts';
export {
  type ImageLease,
  type Images,
  type ImagesDeps,
  type ImageUse,
  openImages,
  type StoredImage,
} from './images.ts';
export type { Progress } from './progress.ts';
export { type AheadEvent, pullAhead } from './pull-ahead.ts';
export { type Template, TemplatesSchema } from './template.ts';
