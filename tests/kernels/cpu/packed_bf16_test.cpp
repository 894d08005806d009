#include "kernels/cpu/packed_bf16.h"

#include "kernels/cpu/product.h"

namespace unipic::kernels {
namespace {

TEST(PanelsOfColumns, AreThoseOfTheTranspose) {
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
      const int64_t size = num_panels_of(num_columns) * panel_size_of(num_rows);
      ASSERT_EQ(size, expected.num_panels() * expected.panel_size());
      std::vector<uint16_t> panels(static_cast<size_t>(size), 0x7FC0);
      pack_panels_of_columns(rows.data(), num_rows, num_columns, num_columns, panels.data());
      EXPECT_TRUE(std::equal(panels.begin(), panels.end(), expected.panel(0)))
          << num_rows << " x " << num_columns;
    }
  }
}

}  // namespace
}  // namespace unipic::kernels
