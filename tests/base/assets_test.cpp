#include "base/assets.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "support/error.h"
#include "support/temporary_folder.h"

namespace unipic {
namespace {

// Sets UNIPIC_ASSETS for the time of a test.
class Assets : public testing::Test {
 protected:
  Assets() { setenv("UNIPIC_ASSETS", folder_.path().c_str(), 1); }
  ~Assets() override { unsetenv("UNIPIC_ASSETS"); }

  test::TemporaryFolder folder_;
};

TEST_F(Assets, AreTakenFromTheFolderThatTheEnvironmentNames) {
  std::filesystem::create_directory(folder_ / "scenes");
  std::ofstream(folder_ / "scenes/font.png") << "mine";
  EXPECT_EQ(find_asset("scenes/font.png"), folder_ / "scenes/font.png");
}

TEST_F(Assets, AreFoundInTheSourceTreeWhereTheEnvironmentHasNone) {
  const auto path = find_asset("scenes/sprites.json");
  EXPECT_TRUE(std::filesystem::is_regular_file(path));
  EXPECT_NE(path, folder_ / "scenes/sprites.json");
}

TEST_F(Assets, ThatAreNowhereAreAnErrorThatListsThePlaces) {
  const auto message = test::error_of([] { find_asset("no/such.png"); });
  EXPECT_TRUE(message.starts_with("no asset no/such.png in " + folder_.path().string() + " or "))
      << message;
  EXPECT_NE(message.find("/assets or "), std::string::npos) << message;
  EXPECT_NE(message.find("/share/unipic; UNIPIC_ASSETS can name"), std::string::npos) << message;
}

}  // namespace
}  // namespace unipic
