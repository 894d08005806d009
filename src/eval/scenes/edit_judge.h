#pragma once

#include <string>

#include "data/scenes/edit.h"
#include "eval/scenes/subject.h"

namespace unipic::eval {

struct EditVerdict {
  bool correct = false;
  std::string reason = {};  // why not
};

// How far two pictures of one size are apart where backgrounds and styles are compared.
struct EditTolerance {
  double most_error = 20;   // mean absolute difference of the numbers 0..255
  double most_share = 0.6;  // of the source's own error
};

// Whether `result`, made from a rendering of `edit.before`, is as the instruction asks.
//
// Edits of objects, by what `look` sees with a score above 0.3:
// - untouched objects have their class and colour and overlap their place by half;
// - recoloured and swapped ones do so as they should be; replaced ones overlap it by 0.3;
// - added ones are where the instruction says, moved ones also at least a tenth of the picture away
//   from where they were; a colour or place that is not asked for is free;
// - of a class whose number was to change there are as many as asked, wherever they are;
// - nothing else is there.
// A new background must be near the exact target at 32 x 32 pixels, objects left out, and the
// objects must have stayed; a style must be near it at full size. "Near" is `tolerance`.
EditVerdict judge_edit(const scenes::Edit& edit, const Image& result, const Look& look,
                       const scenes::Catalogue& catalogue, const EditTolerance& tolerance = {});

}  // namespace unipic::eval
