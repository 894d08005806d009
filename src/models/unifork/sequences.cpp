#include "models/unifork/sequences.h"

#include <algorithm>

#include "base/check.h"
#include "models/unifork/prompts.h"

namespace unipic::unifork {
using torch::Tensor;

std::vector<int64_t> picture_places(const Tensor& ids_BT) {
  std::vector<int64_t> places;
  for (const auto& ids_T : ids_BT.eq(kImageId).cpu().unbind()) {
    const auto found = ids_T.nonzero();
    check(found.size(0) <= 1, "a text has {} pictures, UniFork takes one", found.size(0));
    places.push_back(found.size(0) == 0 ? -1 : found[0][0].item<int64_t>());
  }
  return places;
}

Tensor pad_rows(const std::vector<Tensor>& rows, double value) {
  int64_t longest = 0;
  for (const auto& row : rows) longest = std::max(longest, row.size(0));
  std::vector<Tensor> padded;
  for (const auto& row : rows) {
    std::vector<int64_t> padding(static_cast<size_t>(2 * row.dim()), 0);
    padding.back() = longest - row.size(0);
    padded.push_back(torch::constant_pad_nd(row, padding, value));
  }
  return torch::stack(padded);
}

Tensor embed_with_pictures(const UniFork& model, const Tensor& ids_BT, const Tensor& pictures_PVM) {
  const auto places = picture_places(ids_BT);
  const auto num_places =
      static_cast<int64_t>(std::ranges::count_if(places, [](int64_t place) { return place >= 0; }));
  const int64_t num_pictures = pictures_PVM.defined() ? pictures_PVM.size(0) : 0;
  check(num_places == num_pictures, "the texts have {} places for {} pictures", num_places,
        num_pictures);
  const int64_t num_tokens = ids_BT.size(1);
  const auto text_BTM = model->understanding()->embed(ids_BT.clamp_min(0).to(model->device()));
  std::vector<Tensor> rows;
  int64_t picture = 0;
  for (size_t row = 0; row < places.size(); ++row) {
    const auto text_TM = text_BTM[static_cast<int64_t>(row)];
    const int64_t place = places[row];
    rows.push_back(place < 0 ? text_TM
                             : torch::cat({text_TM.narrow(0, 0, place), pictures_PVM[picture++],
                                           text_TM.narrow(0, place + 1, num_tokens - place - 1)}));
  }
  return pad_rows(rows, 0);
}

Tensor labels_with_pictures(const Tensor& ids_BT, const Tensor& labels_BT,
                            int64_t num_picture_inputs) {
  const auto places = picture_places(ids_BT);
  const int64_t num_tokens = ids_BT.size(1);
  std::vector<Tensor> rows;
  for (size_t row = 0; row < places.size(); ++row) {
    const auto labels_T = labels_BT[static_cast<int64_t>(row)];
    const int64_t place = places[row];
    const auto none = torch::full({num_picture_inputs}, kNoLabel, labels_BT.options());
    rows.push_back(place < 0 ? labels_T
                             : torch::cat({labels_T.narrow(0, 0, place), none,
                                           labels_T.narrow(0, place + 1, num_tokens - place - 1)}));
  }
  return pad_rows(rows, static_cast<double>(kNoLabel));
}

}  // namespace unipic::unifork
