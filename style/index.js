import './base.css';
import './log.css';
import './newStep.css';
import './panel.css';
import './preview.css';
