#include "base/environment.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>

#include "support/error.h"

namespace unipic {
namespace {

class EnvironmentOfAProcess : public testing::Test {
 protected:
  static constexpr const char* kNames[] = {"RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR",
                                           "MASTER_PORT"};
  EnvironmentOfAProcess() {
    setenv("RANK", "3", 1);
    setenv("WORLD_SIZE", "8", 1);
    setenv("LOCAL_RANK", "1", 1);
    setenv("MASTER_ADDR", "node0", 1);
    setenv("MASTER_PORT", "29500", 1);
  }
  ~EnvironmentOfAProcess() override {
    for (const char* name : kNames) unsetenv(name);
  }
};

TEST_F(EnvironmentOfAProcess, SaysWhichOfSeveralItIs) {
  const auto place = process_environment();
  ASSERT_TRUE(place);
  EXPECT_EQ(place->rank, 3);
  EXPECT_EQ(place->num_ranks, 8);
  EXPECT_EQ(place->local_rank, 1);
  EXPECT_EQ(place->master_address, "node0");
  EXPECT_EQ(place->master_port, 29500);
}

TEST_F(EnvironmentOfAProcess, IsEmptyWithoutAWorldSize) {
  unsetenv("WORLD_SIZE");
  EXPECT_FALSE(process_environment());
}

TEST_F(EnvironmentOfAProcess, IsRefusedWhereItMakesNoSense) {
  const auto refusal = [](const char* name, const char* value) {
    setenv(name, value, 1);
    return test::error_of([] { process_environment(); });
  };
  EXPECT_EQ(refusal("RANK", "8"), "RANK = '8', not a number from 0 to 7");
  setenv("RANK", "0", 1);
  EXPECT_EQ(refusal("MASTER_PORT", "ten"), "MASTER_PORT = 'ten', not a number from 1 to 65535");
  setenv("MASTER_PORT", "1", 1);
  EXPECT_EQ(refusal("MASTER_ADDR", ""), "WORLD_SIZE is set, but not MASTER_ADDR");
  unsetenv("RANK");
  EXPECT_EQ(test::error_of([] { process_environment(); }), "WORLD_SIZE is set, but not RANK");
}

TEST_F(EnvironmentOfAProcess, IsPassedOnInVariables) {
  setenv("MASTER_ADDR", "elsewhere", 1);
  const auto variables = variables_of_process(
      {.rank = 5, .num_ranks = 6, .master_address = "here", .master_port = 7}, /*num_threads=*/2);
  const auto has = [&](const std::string& entry) {
    return std::ranges::find(variables, entry) != variables.end();
  };
  EXPECT_TRUE(has("RANK=5"));
  EXPECT_TRUE(has("WORLD_SIZE=6"));
  EXPECT_TRUE(has("MASTER_ADDR=here"));
  EXPECT_FALSE(has("MASTER_ADDR=elsewhere"));
  EXPECT_TRUE(has(std::string("PATH=") + getenv("PATH")));
}

TEST(Environment, ProgramsRestartToWaitInShortSpins) {
  const char* spins = getenv("GOMP_SPINCOUNT");
  if (spins != nullptr && std::string(spins) == "10000") return;  // This is the restart.
  unsetenv("OMP_WAIT_POLICY");
  unsetenv("GOMP_SPINCOUNT");
  restart_with_short_spins();
  FAIL() << "the same process goes on";
}

}  // namespace
}  // namespace unipic
