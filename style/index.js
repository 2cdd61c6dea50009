import './base.css';
import './log.css';
import './panel.css';
import './preview.css';
