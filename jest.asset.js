// A style sheet is nothing to a test, a picture has to be some picture.
module.exports = '<svg xmlns="http://www.w3.org/2000/svg" />';
