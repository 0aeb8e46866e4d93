// Owns how functions, filters and tests of the interpreter read their arguments: in the order of their parameters.
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

/// <summary>Reads the arguments of one call, parameter by parameter, and refuses what is left over.</summary>
internal sealed class ArgumentReader(string function, Arguments arguments, Rendering rendering)
{
    private int _position;
    private int _namedRead;

    /// <summary>The argument of the next parameter, or null when it was not given.</summary>
    public Value? Next(string name)
    {
        if (_position < arguments.Positional.Count)
            return arguments.Positional[_position++];
        foreach (var (given, value) in arguments.Named)
        {
            if (given != name)
                continue;
            _namedRead++;
            return value;
        }
        return null;
    }

    public Value Require(string name) =>
        Next(name) ?? throw rendering.Error($"{function} missing required argument '{name}'");

    public int NextInt(string name, int otherwise) =>
        Next(name) is { } value ? Conversion.ToInt32(value, $"{function} argument '{name}'", rendering) : otherwise;

    public bool NextBool(string name, bool otherwise) => Next(name)?.IsTrue ?? otherwise;

    /// <summary>A string argument; None counts as not given.</summary>
    public string? NextText(string name) =>
        Next(name) switch
        {
            null or NoneValue => null,
            StringValue text => text.Text,
            { } other => throw rendering.Error($"{function} argument '{name}' must be str, not {other.TypeName}"),
        };

    public string RequireText(string name) =>
        NextText(name) ?? throw rendering.Error($"{function} argument '{name}' must be str");

    /// <summary>All arguments that have not been read.</summary>
    public Arguments Rest()
    {
        var rest = new Arguments([.. arguments.Positional.Skip(_position)], arguments.Named);
        _position = arguments.Positional.Count;
        _namedRead = arguments.Named.Count;
        return rest;
    }

    /// <summary>Fails when an argument has not been read.</summary>
    public void End()
    {
        if (_position < arguments.Positional.Count)
            throw rendering.Error(
                $"{function} takes {_position} arguments, but {arguments.Positional.Count} were given"
            );
        if (_namedRead < arguments.Named.Count)
        {
            var names = string.Join(", ", arguments.Named.Select(argument => $"'{argument.Key}'"));
            throw rendering.Error($"{function} got an unexpected keyword argument among {names}");
        }
    }
}
