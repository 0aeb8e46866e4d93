// Owns what all expressions of a template are: nodes that compute a value.
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Expressions;

/// <summary>A node of the syntax tree with a value. Immutable, shared by all renderings.</summary>
internal abstract class Expression(int line)
{
    protected int Line => line;

    public abstract Value Evaluate(Rendering rendering);
}
