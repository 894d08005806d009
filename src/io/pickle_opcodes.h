#pragma once

#include <cstdint>

// Opcodes of Python's pickle format (CPython, Lib/pickletools.py) that our reader and writer know.

namespace unipic::io::op {

constexpr uint8_t kMark = '(';
constexpr uint8_t kStop = '.';
constexpr uint8_t kPop = '0';
constexpr uint8_t kPopMark = '1';
constexpr uint8_t kDup = '2';
constexpr uint8_t kProto = 0x80;
constexpr uint8_t kFrame = 0x95;

constexpr uint8_t kNone = 'N';
constexpr uint8_t kTrue = 0x88;
constexpr uint8_t kFalse = 0x89;
constexpr uint8_t kInt8 = 'K';  // unsigned, as kInt16
constexpr uint8_t kInt16 = 'M';
constexpr uint8_t kInt32 = 'J';  // signed
constexpr uint8_t kLong1 = 0x8a;
constexpr uint8_t kLong4 = 0x8b;
constexpr uint8_t kFloat = 'G';

constexpr uint8_t kString8 = 'U';  // Python 2's str
constexpr uint8_t kString32 = 'T';
constexpr uint8_t kUnicode8 = 0x8c;
constexpr uint8_t kUnicode32 = 'X';
constexpr uint8_t kUnicode64 = 0x8d;
constexpr uint8_t kBytes8 = 'C';
constexpr uint8_t kBytes32 = 'B';
constexpr uint8_t kBytes64 = 0x8e;
constexpr uint8_t kByteArray64 = 0x96;

constexpr uint8_t kEmptyTuple = ')';
constexpr uint8_t kTuple1 = 0x85;
constexpr uint8_t kTuple2 = 0x86;
constexpr uint8_t kTuple3 = 0x87;
constexpr uint8_t kTuple = 't';
constexpr uint8_t kEmptyList = ']';
constexpr uint8_t kList = 'l';
constexpr uint8_t kAppend = 'a';
constexpr uint8_t kAppends = 'e';
constexpr uint8_t kEmptyDict = '}';
constexpr uint8_t kDict = 'd';
constexpr uint8_t kSetItem = 's';
constexpr uint8_t kSetItems = 'u';
constexpr uint8_t kEmptySet = 0x8f;
constexpr uint8_t kAddItems = 0x90;
constexpr uint8_t kFrozenSet = 0x91;

constexpr uint8_t kPut = 'p';
constexpr uint8_t kPut8 = 'q';
constexpr uint8_t kPut32 = 'r';
constexpr uint8_t kMemoize = 0x94;
constexpr uint8_t kGet = 'g';
constexpr uint8_t kGet8 = 'h';
constexpr uint8_t kGet32 = 'j';

constexpr uint8_t kGlobal = 'c';
constexpr uint8_t kStackGlobal = 0x93;
constexpr uint8_t kReduce = 'R';
constexpr uint8_t kNewObject = 0x81;
constexpr uint8_t kBuild = 'b';
constexpr uint8_t kPersistentId = 'Q';

}  // namespace unipic::io::op
