// The limits of the specification, which are libdbus's, too.

/** The most bytes that the elements of an array may have. */
export const MAX_ARRAY = 67_108_864;

/** The most bytes that a message may have, header included. */
export const MAX_MESSAGE = 134_217_728;

/** The most characters that a signature may have. */
export const MAX_SIGNATURE = 255;

/** How many arrays, structs and dict entries a signature may nest, each counted for itself. */
export const MAX_NESTING = 32;

/** How deep a value may be, all containers counted, those inside variants too. */
export const MAX_DEPTH = 64;
