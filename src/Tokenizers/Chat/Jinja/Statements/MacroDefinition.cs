// Owns macros and the bodies of call blocks as they are written: parameters and body.
using Tern.Tokenizers.Chat.Jinja.Expressions;
using Tern.Tokenizers.Chat.Jinja.Operations;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Statements;

/// <summary>What a call binds and runs. The three names that a macro may use without declaring them say what it accepts.</summary>
internal sealed record MacroDefinition(
    string Name,
    IReadOnlyList<(string Name, Expression? Default)> Parameters,
    Block Body,
    bool UsesCaller,
    bool UsesKwargs,
    bool UsesVarargs
)
{
    /// <summary>Binds the arguments in a new scope inside the one where the macro was defined, and renders the body.</summary>
    public Value Call(Arguments arguments, Scope definedIn, Rendering rendering)
    {
        rendering.EnterCall();
        var scope = new Scope(definedIn);
        var text = rendering.Capture(
            scope,
            inner =>
            {
                Bind(arguments, scope, inner);
                Body.Run(inner);
            }
        );
        rendering.LeaveCall();
        return text;
    }

    private void Bind(Arguments arguments, Scope scope, Rendering rendering)
    {
        var named = arguments.Named.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        rendering.Charge(4 + named.Count);
        if (arguments.Positional.Count > Parameters.Count && !UsesVarargs)
            throw rendering.Error($"macro '{Name}' takes not more than {Parameters.Count} argument(s)");
        var values = new Value?[Parameters.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var isNamed = named.Remove(Parameters[i].Name, out var value);
            if (isNamed && i < arguments.Positional.Count)
                throw rendering.Error($"macro '{Name}' got multiple values for argument '{Parameters[i].Name}'");
            values[i] = i < arguments.Positional.Count ? arguments.Positional[i] : value;
        }
        if (UsesCaller)
            scope.Set(
                "caller",
                named.Remove("caller", out var caller) ? caller : UndefinedValue.Because("No caller defined")
            );
        if (UsesKwargs)
            scope.Set("kwargs", Globals.Dictionary(new Arguments([], [.. named]), rendering));
        else if (named.Count > 0)
            throw rendering.Error($"macro '{Name}' takes no keyword argument '{named.Keys.First()}'");
        if (UsesVarargs)
            scope.Set("varargs", new TupleValue([.. arguments.Positional.Skip(Parameters.Count)]));
        // Defaults may refer to the parameters before them.
        for (var i = 0; i < values.Length; i++)
        {
            var (name, otherwise) = Parameters[i];
            scope.Set(
                name,
                values[i]
                    ?? otherwise?.Evaluate(rendering)
                    ?? UndefinedValue.Because($"parameter '{name}' was not provided")
            );
        }
    }
}
