// Owns the kinds of pieces of a template.
namespace Tern.Tokenizers.Chat.Jinja.Syntax;

internal enum TokenKind
{
    Data,
    BlockBegin,
    BlockEnd,
    VariableBegin,
    VariableEnd,
    Name,
    Integer,
    Float,
    String,
    Operator,
    End,
}
