#ifndef DIGIT_CLASSIFIER_H
#define DIGIT_CLASSIFIER_H

#include <stddef.h>

/// The bytes of `digits.safetensors`: the weights of the classifier of digits, inside the program,
/// so that no run has to find, fetch or make them. `quadrille train-classifier` made the file.
const unsigned char *qd_digit_classifier(size_t *count);

#endif
