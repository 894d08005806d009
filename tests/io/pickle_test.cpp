#include "io/pickle.h"

#include <gtest/gtest.h>

#include "io/pickle_opcodes.h"
#include "io/pickle_writer.h"
#include "io/torch_globals.h"
#include "support/damage.h"
#include "support/error.h"

namespace unipic::io {
namespace {

using namespace std::string_literals;
using test::bytes_of;
using test::error_of;
using Kind = PickleKind;

Pickle parse(const std::string& text) {
  return parse_pickle(bytes_of(text), 0, "f: p", is_torch_global);
}

std::string error_for(const std::string& text) {
  return error_of([&] { parse(text); });
}

const PickleNode& root(const Pickle& pickle) { return pickle[pickle.root]; }

TEST(Pickle, ReadsNumbersOfEveryWidth) {
  EXPECT_EQ(root(parse("K\xff."s)).integer, 255);
  EXPECT_EQ(root(parse("M\xff\xff."s)).integer, 65535);
  EXPECT_EQ(root(parse("J\xfe\xff\xff\xff."s)).integer, -2);
  EXPECT_EQ(root(parse("\x8a\x00."s)).integer, 0);
  EXPECT_EQ(root(parse("\x8a\x01\xff."s)).integer, -1);
  EXPECT_EQ(root(parse("\x8a\x02\xff\x00."s)).integer, 255);
  EXPECT_EQ(root(parse("\x8b\x01\x00\x00\x00\x80."s)).integer, -128);
  EXPECT_EQ(root(parse("\x8a\x09"
                       "123456789."s))
                .kind,
            Kind::kBigInt);
  EXPECT_EQ(root(parse("G\x3f\xe0\x00\x00\x00\x00\x00\x00."s)).real, 0.5);
  EXPECT_EQ(root(parse("\x88."s)).integer, 1);
  EXPECT_EQ(root(parse("N."s)).kind, Kind::kNone);
}

TEST(Pickle, ReadsTextOfEveryKind) {
  EXPECT_EQ(root(parse("X\x02\x00\x00\x00hi."s)).text, "hi");
  EXPECT_EQ(root(parse("\x8c\x02hi."s)).text, "hi");
  EXPECT_EQ(root(parse("\x8d\x02\x00\x00\x00\x00\x00\x00\x00hi."s)).text, "hi");
  EXPECT_EQ(root(parse("U\x02hi."s)).kind, Kind::kString);
  EXPECT_EQ(root(parse("T\x02\x00\x00\x00hi."s)).text, "hi");
  EXPECT_EQ(root(parse("C\x02hi."s)).kind, Kind::kBytes);
}

TEST(Pickle, BuildsContainers) {
  EXPECT_EQ(root(parse("(K\x01K\x02t."s)).items.size(), 2U);
  EXPECT_EQ(root(parse("K\x01K\x02K\x03\x87."s)).items.size(), 3U);
  EXPECT_EQ(root(parse("](K\x01K\x02"
                       "eK\x03"
                       "a."s))
                .items.size(),
            3U);
  EXPECT_EQ(root(parse("(K\x01K\x02l."s)).kind, Kind::kList);
  EXPECT_EQ(root(parse("}(K\x01K\x02uK\x03K\x04s."s)).items.size(), 4U);
  EXPECT_EQ(root(parse("(K\x01K\x02"
                       "d."s))
                .kind,
            Kind::kDict);
  EXPECT_EQ(root(parse("\x8f(K\x01\x90."s)).kind, Kind::kSet);
}

TEST(Pickle, RemembersWhatIsMemoized) {
  EXPECT_EQ(root(parse("K\x05q\x01"
                       "0h\x01."s))
                .integer,
            5);
  EXPECT_EQ(root(parse("K\x05r\x01\x00\x00\x00"
                       "0j\x01\x00\x00\x00."s))
                .integer,
            5);
  EXPECT_EQ(root(parse("K\x05p7\n0g7\n."s)).integer, 5);
  EXPECT_EQ(root(parse("K\x05\x94"
                       "0h\x00."s))
                .integer,
            5);
  EXPECT_EQ(root(parse("K\x05(K\x06"
                       "1."s))
                .integer,
            5);
  EXPECT_EQ(root(parse("K\x05(0."s)).integer, 5) << "a mark is popped like a value";
}

TEST(Pickle, KeepsCallsAsDataAndMakesNone) {
  const auto pickle = parse(
      "ccollections\nOrderedDict\n)RK\x01K\x02sK\x03"
      "b."s);
  const auto& call = root(pickle);
  ASSERT_EQ(call.kind, Kind::kCall);
  EXPECT_EQ(pickle[call.items[0]].text, "collections.OrderedDict");
  EXPECT_EQ(call.items.size(), 4U) << "callable, arguments, one key and its value";
  EXPECT_EQ(pickle[call.state].integer, 3);
  const auto stacked = parse("\x8c\x05torch\x8c\x04Size\x93)\x81."s);
  EXPECT_EQ(stacked[root(stacked).items[0]].text, "torch.Size");
}

TEST(Pickle, RefusesEveryOtherGlobal) {
  EXPECT_EQ(error_for("\x80\x02"
                      "cos\nsystem\n."s),
            "f: p byte 2: refuses to load os.system");
  EXPECT_EQ(error_for("\x8c\x08"
                      "builtins\x8c\x04"
                      "eval\x93."s),
            "f: p byte 16: refuses to load builtins.eval");
  EXPECT_EQ(error_for("ctorch.storage\n_load_from_bytes\n."s),
            "f: p byte 0: refuses to load torch.storage._load_from_bytes");
  EXPECT_EQ(error_for("ca\x1b\nb\n."s), "f: p byte 0: refuses to load a\\x1b.b");
}

TEST(Pickle, RefusesMalformedInput) {
  EXPECT_EQ(error_for(""), "f: p byte 0: needs 1 bytes, 0 are left");
  EXPECT_EQ(error_for("."), "f: p byte 0: takes a value from an empty stack");
  EXPECT_EQ(error_for("K\x01(."s), "f: p byte 3: takes a value from an empty stack");
  EXPECT_EQ(error_for("K\x01?."s), "f: p byte 2: opcode 0x3f is unknown or not allowed");
  EXPECT_EQ(error_for("t."), "f: p byte 0: no mark to go back to");
  EXPECT_EQ(error_for("K\x01K\x02s."s), "f: p byte 4: takes a value from an empty stack");
  EXPECT_EQ(error_for("NK\x01K\x02s."s), "f: p byte 5: sets items of what is no dictionary");
  EXPECT_EQ(error_for("}(K\x01u."s), "f: p byte 4: sets a key without a value");
  EXPECT_EQ(error_for("}K\x01"
                      "a."s),
            "f: p byte 3: adds items to what is no list");
  EXPECT_EQ(error_for("h\x07."s), "f: p byte 0: nothing is memoized as 7");
  EXPECT_EQ(error_for("Nr\xff\xff\xff\xff."s),
            "f: p byte 1: memo index 4294967295 is beyond 4194304");
  EXPECT_EQ(error_for("Npx\n."s), "f: p byte 1: 'x' is no memo index");
  EXPECT_EQ(error_for("g7"), "f: p byte 0: a line without an end");
  EXPECT_EQ(error_for("NNR."), "f: p byte 2: calls what is no global");
  EXPECT_EQ(error_for("ctorch\nSize\nNR."), "f: p byte 13: calls with what is no tuple");
  EXPECT_EQ(error_for("}}b."), "f: p byte 2: sets the state of what has none");
  EXPECT_EQ(error_for("NN\x93."s), "f: p byte 2: a global's name is no string");
  EXPECT_EQ(error_for("\x80\x06."s), "f: p byte 0: pickle protocol 6, 2 to 5 are read");
  EXPECT_EQ(error_for("\x95\xff\xff\xff\xff\xff\xff\xff\xff."s),
            "f: p byte 0: frame of 18446744073709551615 bytes, 1 are left");
  EXPECT_EQ(error_for("X\xff\xff\xff\xffhi."s), "f: p byte 5: needs 4294967295 bytes, 3 are left");
  EXPECT_EQ(error_for("\x8d\xff\xff\xff\xff\xff\xff\xff\xffhi."s),
            "f: p byte 9: needs 18446744073709551615 bytes, 3 are left");
}

TEST(Pickle, RefusesMoreThanItsLimits) {
  EXPECT_EQ(error_for(std::string(2000, '(')), "f: p byte 1000: nested deeper than 1000 levels");
  EXPECT_EQ(error_for(std::string((4 << 20) + 1, 'N')),
            "f: p byte 4194304: more than 4194304 values");
  EXPECT_EQ(error_for("N" + std::string(4 << 20, '2')),
            "f: p byte 4194304: more than 4194304 values on the stack");
}

TEST(Pickle, SurvivesCyclesAndDepth) {
  EXPECT_EQ(root(parse("]q\x00h\x00"
                       "a."s))
                .items.size(),
            1U)
      << "a list that holds itself";
  std::string deep = "]";
  for (int level = 0; level < 100'000; ++level) deep += "\x85";
  EXPECT_EQ(root(parse(deep + ".")).kind, Kind::kTuple);
}

TEST(Pickle, ReadsWhatItsWriterWrites) {
  PickleWriter writer;
  writer.opcode(op::kMark);
  writer.text("name");
  writer.integer(-5);
  writer.integer(int64_t{1} << 40);
  writer.integers(std::vector<int64_t>{1, 2, 3});
  writer.global("torch.float32");
  writer.opcode(op::kTuple);
  const auto text = writer.take();
  const auto pickle = parse(text);
  const auto& items = root(pickle).items;
  ASSERT_EQ(items.size(), 5U);
  EXPECT_EQ(pickle[items[0]].text, "name");
  EXPECT_EQ(pickle[items[1]].integer, -5);
  EXPECT_EQ(pickle[items[2]].integer, int64_t{1} << 40);
  EXPECT_EQ(pickle[items[3]].items.size(), 3U);
  EXPECT_EQ(pickle[items[4]].text, "torch.float32");
  EXPECT_EQ(pickle.end, text.size());
}

}  // namespace
}  // namespace unipic::io
