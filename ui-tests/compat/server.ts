/** As a hub gives it to a user whose name holds such characters. */
export const BASE_PATH = '/a%20b%2Bc/user/%C3%BC~x@y.z/';

export const TOKEN = 'of-the-compatibility-tests';
