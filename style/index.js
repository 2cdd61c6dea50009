// What a page needs from the start; the other files are imported by what they are for.
import './base.css';
import './docstring.css';
