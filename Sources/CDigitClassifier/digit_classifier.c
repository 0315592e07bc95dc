#include "digit_classifier.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char bytes[] = {
#embed "digits.safetensors"
};

const unsigned char *qd_digit_classifier(size_t *count) {
    *count = sizeof bytes;
    return bytes;
}
