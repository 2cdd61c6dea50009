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
