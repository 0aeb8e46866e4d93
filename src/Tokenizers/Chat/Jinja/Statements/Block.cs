// Owns a sequence of statements.
namespace Tern.Tokenizers.Chat.Jinja.Statements;

internal sealed class Block(IReadOnlyList<Statement> statements)
{
    public static readonly Block Empty = new([]);

    public Flow Execute(Rendering rendering)
    {
        foreach (var statement in statements)
        {
            rendering.Step();
            if (statement.Execute(rendering) is not Flow.Next and var flow)
                return flow;
        }
        return Flow.Next;
    }

    /// <summary>Executes where no loop encloses.</summary>
    public void Run(Rendering rendering) => Execute(rendering);
}
