#include "kernels/cpu/packed_values.h"

#include "kernels/cpu/packed_bf16.h"
#include "kernels/cpu/product.h"

namespace unipic::kernels {
namespace {

TEST(PackedValues, AreTheirTransposePacked) {
  PackedValues values;
  for (const int64_t num_rows : {300, 1, 32, 33}) {
    for (const int64_t num_columns : {1, 16, 40, 80}) {
      const auto rows = test::some_bf16(num_rows * num_columns, 5);
      std::vector<uint16_t> transposed(rows.size());
      for (int64_t row = 0; row < num_rows; ++row) {
        for (int64_t column = 0; column < num_columns; ++column) {
          transposed[static_cast<size_t>(column * num_rows + row)] =
              rows[static_cast<size_t>(row * num_columns + column)];
        }
      }
      const PackedBf16 expected(transposed.data(), num_columns, num_rows, num_rows);
      values.pack(rows.data(), num_rows, num_columns, num_columns);
      ASSERT_EQ(values.num_panels(), expected.num_panels());
      for (int64_t index = 0; index < values.num_panels(); ++index) {
        EXPECT_TRUE(std::equal(values.panel(index, 0),
                               values.panel(index, 0) + expected.panel_size(),
                               expected.panel(index)))
            << num_rows << " x " << num_columns << ", panel " << index;
      }
    }
  }
}

}  // namespace
}  // namespace unipic::kernels
