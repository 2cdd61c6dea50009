/** The gettext domain of every string that the extension shows. */
export const TRANSLATION_DOMAIN = 'jupyterlab_dvc';

/** Where the server half answers, below the server's base URL. */
export const ROUTES = 'jupyterlab-dvc';
