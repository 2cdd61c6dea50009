import './base.css';
import './log.css';
import './preview.css';
