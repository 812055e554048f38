/** Bounds of a policy document as a file and as a stored value (SECURITY-BAR E08). */

/** 256 KB: of the file that is read, and of the JSON that is published. */
export const MAX_DOCUMENT_BYTES = 262_144;
