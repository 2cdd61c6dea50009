import { LabIcon } from '@jupyterlab/ui-components';

/** Three steps of a pipeline, the last one fed by both others. */
export const icon = new LabIcon({
  name: 'jupyterlab-dvc:pipeline',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">
  <g class="jp-icon3" fill="#616161">
    <circle cx="3.5" cy="3.5" r="2.5"/>
    <circle cx="12.5" cy="3.5" r="2.5"/>
    <circle cx="8" cy="12.5" r="2.5"/>
    <path d="M3.1 5.6h1.2v2.2h7.4V5.6h1.2V9H8.6v1.4H7.4V9H3.1z"/>
  </g>
</svg>`
});

/** Most of a ring: the stylesheet turns it where the user's system allows motion. */
export const busyIcon = new LabIcon({
  name: 'jupyterlab-dvc:busy',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">
  <path class="jp-icon3" fill="#616161" d="M8 1.5A6.5 6.5 0 1 0 14.5 8h-2A4.5 4.5 0 1 1 8 3.5z"/>
</svg>`
});
