#pragma once

#include "eval/geneval/detection.h"
#include "unipic/image.h"

namespace unipic::eval {

// What a colour classifier sees of an object: its box cut from the picture, corners rounded half to
// even; pixels beside its mask, if it has one, are grey 153, those outside the picture black.
// Throws `Error` if the picture is malformed, the mask has another size, or the box has no pixels
// or more than a picture may have.
Image color_crop(const Image& image, const Detection& object);

}  // namespace unipic::eval
