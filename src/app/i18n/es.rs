//! Spanish.

use icu_plurals::PluralCategory;

use super::{
    ActivityTexts, Article, ChoiceTexts, ConnectedTexts, Consent, FailurePageTexts, FailureText, FrameTexts,
    LeaveTexts, LoginTexts, NotFoundTexts, OperatorTexts, PopupTexts, PostingTexts, ProfileTexts,
    ReceiptTexts, ScopeText, Section, StatusTexts, StoredTexts, Texts, TimeTexts, TitledText, category,
    number,
};
use crate::{
    api::ApiError,
    domain::{
        ActivityKind, ConnectionDetail, ConnectionState, EndCause, FetchOutcome, Locale, LoginFailure,
        LoginProblem, PostingStatus, PrivacyLevel, RefreshFailure, RemainingData, RemovalReason, Renewal,
        Theme, TikTokNotice, Unit, Urgency,
    },
};

/// Spanish.
pub static ES: Texts = Texts {
    language_name: "Español",
    frame: FrameTexts {
        skip: "Ir al contenido",
        description: "Conecta tu TikTok con {app}. Tú decides qué permites y puedes desconectarlo cuando quieras.",
        home: "{app}, inicio",
        legal: "Información legal",
        privacy: "Privacidad",
        terms: "Condiciones de uso",
        language: "Idioma",
        independent: "No forma parte de TikTok ni cuenta con su respaldo.",
    },
    login: LoginTexts {
        title: "Conecta tu TikTok con {app}",
        lead: "Permite que {operator} publique en tu TikTok. Tú decides qué permites y puedes desconectarlo cuando quieras.",
        lead_reading: "Permite que {operator} vea tu perfil de TikTok. Tú decides qué permites y puedes desconectarlo cuando quieras.",
        proceed: "Continuar con TikTok",
        returning: "¿Ya te habías conectado? TikTok te trae de vuelta directamente.",
        assurances: [
            "Inicias sesión en TikTok. Nunca vemos tu contraseña.",
            "Puedes desconectarlo cuando quieras, aquí o en la aplicación de TikTok.",
            "Sin publicidad y sin rastreo.",
        ],
        consent: Consent {
            before: "Al continuar, aceptas las ",
            terms: "condiciones de uso",
            between: " y la ",
            privacy: "política de privacidad",
            after: ".",
        },
        logged_out: "Has cerrado la sesión. Tu TikTok sigue conectado hasta que lo desconectes.",
        sign_in_first: "Inicia sesión para ver tu perfil. Continúa con TikTok y estarás allí en un momento.",
        records_down: "Tenemos un problema por nuestra parte y no sabemos si has iniciado sesión. Inténtalo de nuevo en un minuto.",
        can: "Qué puede hacer {operator}",
        can_lead: "TikTok te muestra primero esta lista. Desmarca lo que no quieras.",
        unknown_scope: "TikTok explica este permiso cuando te lo pide.",
        cannot: "Qué no puede hacer {operator}",
        cannot_items: &[
            "Ver tu contraseña o iniciar sesión por ti",
            "Leer o enviar mensajes",
            "Borrar tus publicaciones o cambiar tu cuenta",
            "Cualquier otra cosa que no permitas",
        ],
        cannot_post: "Publicar nada",
        stores: "Qué se guarda",
        stores_items: &[
            "Tu nombre, tu nombre de usuario, tu foto y los límites de publicación que fija TikTok.",
            "Los tokens de acceso que nos da TikTok, cifrados y nunca visibles.",
            "Cookies para el inicio de sesión y para tu sesión, y una para el idioma y otra para el tema si los eliges.",
        ],
        leaves: "Cómo salir",
        leaves_items: &[
            "En tu perfil, elige Desconectar. El acceso termina al instante y TikTok queda informado. Tú decides si también se borra tu perfil aquí.",
            "También puedes hacer que se borre todo sobre ti, o descargarlo antes.",
            "O abre la aplicación de TikTok, ve a Ajustes y privacidad, luego a Seguridad y permisos, y elimina {app}.",
            "Cerrar la sesión solo afecta a este navegador. Tu TikTok sigue conectado.",
        ],
        connected_as: "Cuenta conectada:",
        connected: "Tu cuenta está conectada",
        connected_lead: "Consulta tu conexión, tus permisos y la actividad reciente.",
        disconnected: "Tu cuenta está desconectada",
        disconnected_lead: "Tu TikTok ya no está conectado. Vuelve a conectarlo o mira qué guardamos todavía.",
        to_profile: "Ir a tu perfil",
        another: "Conectar otra cuenta",
    },
    profile: ProfileTexts {
        title: "Tu perfil",
        nameless: "Tu cuenta de TikTok",
        avatar: "Foto de perfil de {account}",
        account: "Cuenta",
        switch: "Usar otra cuenta",
        log_out: "Cerrar sesión",
        logging_out: "Cerrando sesión…",
        messages: "Avisos",
        fills_in: "Completaremos esto en cuanto TikTok responda.",
        log_id: "Referencia de TikTok:",
        permissions: "Permisos",
        granted: "Has permitido",
        granted_none: "Todavía no has permitido nada.",
        missing: "No permitido",
        connected_at: "Conectada desde",
        refreshed_at: "Última comprobación",
        known_at: "Perfil actualizado",
        id: "Tu identificador en esta aplicación",
        copy: "Copiar",
        copied: "Copiado",
        copy_failed: "Tu navegador no ha permitido copiar.",
        export: TitledText {
            title: "Descargar mis datos",
            text: "Todo lo que guardamos sobre ti, en un archivo.",
        },
        disconnect: TitledText {
            title: "Desconectar",
            text: "Termina el acceso, aquí y en TikTok. Tú decides qué se borra.",
        },
        delete: TitledText { title: "Borrar mis datos", text: "Borra lo que aún guardamos sobre ti." },
    },
    status: StatusTexts {
        title: "Estado",
        connection: "Conexión",
        posting: "Publicación",
        access_until: "Acceso hasta el",
        access_over: "El acceso terminó el",
        ended_at: "Fin de la conexión:",
        checked: "Última comprobación:",
        checks_not: "TikTok no nos ha dado ningún medio para mantener esta conexión. Última comprobación:",
        next_try: "Próximo intento:",
        check: "Comprobar ahora",
        checking: "Comprobando…",
        reconnect: "Volver a conectar",
        allow_posting: "Permitir publicar",
        review: "Revisar los permisos",
        review_lead: "TikTok te pedirá que lo confirmes.",
    },
    connected: ConnectedTexts {
        title: "Listo, tu cuenta está conectada.",
        can_post: "{operator} ya puede publicar en tu TikTok.",
        can_read: "{operator} ya puede ver tu perfil de TikTok.",
        posting_off: "{operator} no puede publicar porque no lo has permitido.",
        close: "Puedes cerrar esta página.",
        back: "Volver a {operator}",
    },
    posting: PostingTexts {
        title: "Límites de publicación que fija TikTok",
        unknown_yet: "TikTok todavía no ha enviado tus límites de publicación.",
        audience: "Quién puede ver una publicación",
        comments: "Comentarios",
        duets: "Duetos",
        stitches: "Pegar",
        allowed: "Permitido",
        off: "Desactivado",
        unknown: "Desconocido",
        longest: "Duración máxima de un vídeo",
    },
    leave: LeaveTexts {
        title: "¿Desconectar tu TikTok?",
        consequences: "{operator} ya no podrá publicar ni ver tus datos de TikTok. Puedes volver a conectarte cuando quieras.",
        choice: "Tu perfil aquí",
        erase: TitledText {
            title: "Borrarlo",
            text: "Se borran el nombre, la foto y los límites de publicación.",
        },
        keep: TitledText { title: "Conservarlo", text: "Así volver será más rápido." },
        submit: "Desconectar",
        pending: "Desconectando…",
        stay: "Seguir conectado",
        delete: TitledText {
            title: "Borrar todo sobre mí",
            text: "Termina el acceso si aún existe, borra todo lo que guardamos sobre ti y cierra tu sesión en todos los navegadores.",
        },
        delete_ask: "Borrar todo",
        delete_sure: "¿Seguro? No se puede deshacer.",
        delete_submit: "Sí, borrar todo",
        deleting: "Borrando…",
        data_title: "Borrar tus datos",
        data_lead: "Tu TikTok ya no está conectado. Aquí puedes borrar lo que aún guardamos.",
        erase_kept: TitledText {
            title: "Borrar mi perfil",
            text: "Se borran tu nombre, tu foto y los límites de publicación. Tu sesión sigue abierta.",
        },
        erasing: "Borrando…",
        back: "Volver a tu perfil",
    },
    receipt: ReceiptTexts {
        title: |was_connected, remains| match (was_connected, remains) {
            (_, RemainingData::Nothing) => "Se ha borrado todo sobre ti",
            (true, _) => "Tu TikTok está desconectado",
            (false, RemainingData::Record) => "Tu perfil está borrado",
            (false, RemainingData::Profile) => "Tu TikTok ya no estaba conectado",
        },
        lead: "Este es tu comprobante.",
        number: "Número del comprobante",
        at: "Fecha",
        connection: "Conexión",
        ended: "Terminada",
        none: "Ya no había ninguna",
        tokens: "Tokens de acceso",
        tokens_now: |notice| match notice {
            TikTokNotice::Confirmed | TikTokNotice::NotNeeded => "Borrados",
            TikTokNotice::Pending => {
                "Borrados aquí. Se conserva una copia cifrada hasta que TikTok lo confirme."
            }
        },
        tiktok: "TikTok",
        tiktok_now: |notice| match notice {
            TikTokNotice::Confirmed => {
                "TikTok lo ha confirmado. {app} ya no aparece entre tus aplicaciones conectadas."
            }
            TikTokNotice::Pending => {
                "TikTok todavía no lo ha confirmado. Seguiremos intentándolo; no tienes que hacer nada. Si prefieres no esperar, elimina {app} en la aplicación de TikTok, en Seguridad y permisos."
            }
            TikTokNotice::NotNeeded => "Ya no había nada que comunicar a TikTok.",
        },
        stored: "Todavía guardado aquí",
        stored_now: |remains, notice| match (remains, notice) {
            (RemainingData::Profile, _) => {
                "Tu perfil, tu actividad reciente y las fechas de la conexión, por si vuelves"
            }
            (RemainingData::Record, _) => {
                "El número que TikTok da a tu cuenta, tu actividad reciente y las fechas de la conexión. Tu nombre, tu foto y los límites de publicación están borrados."
            }
            (RemainingData::Nothing, TikTokNotice::Pending) => {
                "Nada, salvo lo necesario para informar a TikTok. Desaparece en cuanto TikTok lo confirme."
            }
            (RemainingData::Nothing, _) => "Nada",
        },
        keep: "¿Preguntas más adelante? Indica este número: con él {operator} encuentra la operación, pero no puede identificarte. Guárdalo ahora; solo se muestra en este navegador.",
        save: "Guardar el comprobante",
        again: "¿Has cambiado de idea?",
    },
    activity: ActivityTexts {
        title: "Actividad reciente",
        nothing: "Todavía no ha pasado nada.",
        what: happening,
        reason,
        word: "Motivo según TikTok:",
        reference: "Identificador de TikTok:",
        details: "Detalles",
        see_post: "Ver la publicación",
        times: |n| format!("{} veces", number(Locale::Es, n)),
        show_all: "Mostrar todo",
    },
    failure_page: FailurePageTexts {
        remedy: "Qué puedes hacer",
        again: "Intentar de nuevo",
        another: "Usar otra cuenta",
        home: "Volver al inicio",
        still_signed_in: "Tu sesión sigue abierta como {account}.",
        still_signed_in_unnamed: "Tu sesión sigue abierta con la cuenta anterior.",
        log_id: "Si pides ayuda, indica la referencia de TikTok:",
        asked: "La aplicación pidió a TikTok:",
        mail_subject: "Conectar mi TikTok con {app}",
        mail_body: "Hola:\n\nNo he podido conectar mi TikTok con {app}.\n\nError: {what} ({code})\nReferencia de TikTok: {reference}\nFecha: {time}\n",
        no_reference: "ninguna",
    },
    not_found: NotFoundTexts {
        title: "No encontramos esa página",
        text: "Revisa la dirección o vuelve al inicio.",
        home: "Volver al inicio",
    },
    scope,
    state,
    connection_detail,
    posting_status,
    posting_detail,
    renewal,
    privacy_level,
    outcome,
    login_failure,
    problem,
    profile_failure,
    action_failure,
    privacy: PRIVACY,
    terms: TERMS,
    time_left,
    duration,
    operator: OperatorTexts {
        title: "Quién está detrás",
        named: "{operator} gestiona {app} y es responsable de tus datos. TikTok no participa.",
        unnamed: "{app} está gestionada por la persona o empresa que te ha enviado aquí, que es responsable de tus datos. TikTok no participa.",
        team: "el equipo de {app}",
        contractions: &[("a el equipo", "al equipo"), ("de el equipo", "del equipo")],
        by: "Un servicio de",
        site: "Sitio web",
        write: "Escribir a {operator}",
        help: "Pedir ayuda a {operator}",
    },
    stored: StoredTexts {
        title: "Tus datos",
        from_tiktok: "De TikTok",
        name: "Nombre",
        username: "Nombre de usuario",
        picture: "Foto",
        posting: "Límites de publicación",
        account: "Identificador de tu cuenta en TikTok",
        keys: "Tokens de acceso",
        keys_now: |connected| {
            if connected {
                "Guardados con cifrado y nunca visibles"
            } else {
                "Borrados. Solo se conserva una copia cifrada mientras TikTok tenga que confirmarlo"
            }
        },
        uses: "Quién ha usado la conexión",
        got_keys: "{app} la comprobó con TikTok",
        asked: "{app} pidió tu perfil a TikTok",
        nobody_else: "Nadie más hasta ahora.",
    },
    time: TimeTexts {
        just_now: "ahora mismo",
        soon: "en un momento",
        ago: |n, unit| format!("hace {}", counted(n, unit)),
        ahead: |n, unit| format!("dentro de {}", counted(n, unit)),
        offline: "No tienes conexión. Lo que ves aquí es del",
    },
    choices: ChoiceTexts {
        theme: "Tema",
        themes: |theme| match theme {
            Theme::System => "Sistema",
            Theme::Light => "Claro",
            Theme::Dark => "Oscuro",
        },
    },
    popup: PopupTexts { title: "Tu TikTok está conectado", close: "Puedes cerrar esta ventana." },
};

fn scope(name: &str) -> Option<ScopeText> {
    let (name, why) = match name {
        "user.info.basic" => ("Ver tu nombre y tu foto", "Para que sepamos qué cuenta has conectado."),
        "user.info.profile" => (
            "Ver tu nombre de usuario y tu biografía",
            "Para reconocer tu cuenta, con su insignia de verificación si la tiene.",
        ),
        "user.info.stats" => ("Ver tus estadísticas", "Cuántos seguidores, me gusta y vídeos tienes."),
        "video.list" => ("Ver tus vídeos públicos", "Los vídeos que todo el mundo puede ver."),
        "video.upload" => {
            ("Enviarte borradores", "Los vídeos llegan a tu bandeja de entrada de TikTok y los publicas tú.")
        }
        "video.publish" => (
            "Publicar vídeos y fotos",
            "{operator} puede publicar en tu cuenta. Tus ajustes de privacidad de TikTok siguen vigentes.",
        ),
        _ => return None,
    };
    Some(ScopeText { name, why })
}

const fn state(state: ConnectionState) -> &'static str {
    match state {
        ConnectionState::Connected => "Conectada",
        ConnectionState::Expiring => "Conectada, termina pronto",
        ConnectionState::Degraded => "Conectada; TikTok tarda en responder",
        ConnectionState::NeedsReconnect => "Vuelve a conectarte",
        ConnectionState::Disconnected => "Desconectada",
    }
}

const fn posting_status(status: PostingStatus) -> &'static str {
    match status {
        PostingStatus::Ready => "Disponible",
        PostingStatus::NotAllowed => "No permitida por ti",
        PostingStatus::Withdrawn => "Falta el permiso",
        PostingStatus::Blocked => "Bloqueada por TikTok",
        PostingStatus::LimitReached => "En pausa hasta mañana",
        PostingStatus::AppLimitReached => "En pausa por hoy",
        PostingStatus::Unknown => "Aún no se sabe",
    }
}

const fn posting_detail(status: PostingStatus) -> &'static str {
    match status {
        PostingStatus::Ready => "",
        PostingStatus::NotAllowed => {
            "La publicación está desactivada porque no la has permitido. Puedes activarla aquí."
        }
        PostingStatus::Withdrawn => {
            "TikTok dice que falta el permiso para publicar. Quizá lo has retirado en la aplicación de TikTok."
        }
        PostingStatus::Blocked => {
            "TikTok ha bloqueado las publicaciones de tu cuenta y solo TikTok puede levantarlo. La aplicación de TikTok te muestra el motivo."
        }
        PostingStatus::LimitReached => {
            "Hoy has alcanzado el límite de TikTok para publicar desde aplicaciones conectadas. Mañana podrás publicar de nuevo."
        }
        PostingStatus::AppLimitReached => {
            "TikTok limita cuántos creadores publican cada día con {app}. Mañana podrás publicar de nuevo."
        }
        PostingStatus::Unknown => "TikTok todavía no nos ha dicho si puedes publicar.",
    }
}

const fn connection_detail(connection_detail: ConnectionDetail) -> &'static str {
    match connection_detail {
        ConnectionDetail::Works => "Todo funciona. No tienes que hacer nada.",
        ConnectionDetail::Waits => {
            "{operator} tiene que arreglar algo para que esta conexión siga funcionando. Tú no tienes que hacer nada."
        }
        ConnectionDetail::Ends(Urgency::Month) => {
            "El acceso termina en menos de un mes. Vuelve a conectarte cuando te venga bien y nada se interrumpirá."
        }
        ConnectionDetail::Ends(Urgency::Week) => {
            "El acceso termina en menos de una semana. Vuelve a conectarte antes y nada se interrumpirá."
        }
        ConnectionDetail::Ends(Urgency::Day) => {
            "El acceso termina en menos de un día. Vuelve a conectarte ahora y nada se interrumpirá."
        }
        ConnectionDetail::Delayed(refresh_failure) => delayed(refresh_failure),
        ConnectionDetail::Broken(refresh_failure) => broken(refresh_failure),
        ConnectionDetail::Over(cause) => over(cause),
    }
}

const fn delayed(refresh_failure: RefreshFailure) -> &'static str {
    match refresh_failure {
        RefreshFailure::Unreachable => {
            "Ahora mismo no podemos contactar con TikTok. Seguiremos intentándolo; no tienes que hacer nada."
        }
        RefreshFailure::NoAnswer => {
            "TikTok todavía no ha respondido. Seguiremos intentándolo; no tienes que hacer nada."
        }
        RefreshFailure::Unavailable => {
            "TikTok tiene un problema temporal. Seguiremos intentándolo; no tienes que hacer nada."
        }
        RefreshFailure::RateLimited => {
            "TikTok nos pide ir más despacio, así que comprobaremos un poco más tarde. No tienes que hacer nada."
        }
        RefreshFailure::AnswerLost => {
            "La última respuesta de TikTok no nos llegó. Pronto sabremos si la conexión sigue funcionando; de momento no tienes que hacer nada."
        }
        RefreshFailure::AppRefused | RefreshFailure::RequestRefused | RefreshFailure::Unreadable => {
            "{operator} tiene que arreglar algo antes de que podamos comprobar esta conexión. Tú no tienes que hacer nada."
        }
        RefreshFailure::Refused | RefreshFailure::ConsentEnded | RefreshFailure::Unexpected => {
            "TikTok dio una respuesta que no esperábamos. Seguiremos intentándolo; no tienes que hacer nada."
        }
    }
}

const fn broken(refresh_failure: RefreshFailure) -> &'static str {
    match refresh_failure {
        RefreshFailure::Refused => {
            "TikTok ya no acepta esta conexión. ¿Has eliminado {app} en la aplicación de TikTok? Vuelve a conectarte para continuar."
        }
        RefreshFailure::AnswerLost => {
            "Se perdió la conexión con TikTok. Vuelve a conectarte una vez y quedará resuelto."
        }
        RefreshFailure::ConsentEnded => {
            "Ha terminado el plazo que TikTok fija para el acceso. Vuelve a conectarte para continuar."
        }
        _ => "Esta conexión ya no funciona. Vuelve a conectarte para continuar.",
    }
}

const fn over(cause: Option<EndCause>) -> &'static str {
    let Some(cause) = cause else {
        return "Esta conexión ha terminado. {operator} ya no tiene acceso.";
    };
    match cause {
        EndCause::Here => "Has desconectado esta cuenta. {operator} ya no tiene acceso.",
        EndCause::Removed(RemovalReason::ByCreator) => {
            "Has eliminado {app} en los ajustes de TikTok. {operator} ya no tiene acceso."
        }
        EndCause::Removed(RemovalReason::AccountDeleted) => {
            "TikTok terminó esta conexión porque la cuenta se eliminó allí."
        }
        EndCause::Removed(RemovalReason::AgeChanged) => {
            "TikTok terminó esta conexión porque cambió la edad indicada en la cuenta."
        }
        EndCause::Removed(RemovalReason::AccountBanned) => {
            "TikTok terminó esta conexión porque ha suspendido la cuenta. Solo TikTok puede levantarlo."
        }
        EndCause::Removed(RemovalReason::ByDeveloper) => "{operator} terminó la conexión en TikTok.",
        EndCause::Removed(RemovalReason::Unknown) => "TikTok terminó esta conexión sin dar ningún motivo.",
    }
}

const fn renewal(renewal: Renewal) -> &'static str {
    match renewal {
        Renewal::Renewed => "Comprobada: la conexión funciona.",
        Renewal::Recent => "Ya se comprobó hace un momento. Todo bien.",
        Renewal::Later(RefreshFailure::NoAnswer) => {
            "TikTok todavía no ha respondido. Vuelve a mirar en un minuto."
        }
        Renewal::Later(RefreshFailure::Unreachable | RefreshFailure::Unavailable) => {
            "TikTok no responde ahora mismo. Seguiremos intentándolo."
        }
        Renewal::Later(RefreshFailure::RateLimited) => {
            "TikTok nos pide ir más despacio. Seguiremos intentándolo."
        }
        Renewal::Later(
            RefreshFailure::AppRefused | RefreshFailure::RequestRefused | RefreshFailure::Unreadable,
        ) => "{operator} tiene que arreglar algo antes de que podamos comprobar esta conexión.",
        Renewal::Later(_) => "La comprobación no ha funcionado esta vez. Seguiremos intentándolo.",
        Renewal::NeedsReconnect => "TikTok ya no acepta la conexión. Vuelve a conectarte para continuar.",
        Renewal::NotConnected => "No hay ninguna conexión que comprobar.",
    }
}

const fn privacy_level(level: &PrivacyLevel) -> Option<&'static str> {
    match level {
        PrivacyLevel::PublicToEveryone => Some("Todo el mundo"),
        PrivacyLevel::MutualFollowFriends => Some("Amigos"),
        PrivacyLevel::FollowerOfCreator => Some("Seguidores"),
        PrivacyLevel::SelfOnly => Some("Solo tú"),
        PrivacyLevel::Other(_) => None,
    }
}

fn outcome(outcome: FetchOutcome) -> TitledText {
    let (title, text) = match outcome {
        FetchOutcome::Known => ("Actualizado", "Esto es lo último que nos ha dicho TikTok."),
        FetchOutcome::NotAsked => {
            ("Faltan algunos datos", "Necesitan un permiso que no has dado. Puedes darlo aquí.")
        }
        FetchOutcome::PermissionMissing => (
            "TikTok dice que falta un permiso",
            "Quizá lo has retirado en la aplicación de TikTok. Dalo de nuevo para ver todos los datos.",
        ),
        FetchOutcome::TokenRefused => (
            "TikTok no ha aceptado la conexión",
            "Puede que esto esté desactualizado. Vuelve a conectarte si este aviso no desaparece.",
        ),
        FetchOutcome::TooManyPosts => {
            ("Has alcanzado el límite de publicaciones de hoy", "Mañana podrás publicar de nuevo.")
        }
        FetchOutcome::BannedFromPosting => {
            ("TikTok ha bloqueado las publicaciones de tu cuenta", "Solo TikTok puede levantarlo.")
        }
        FetchOutcome::AppCapReached => {
            ("{app} ha alcanzado su límite de hoy", "Mañana podrás publicar de nuevo.")
        }
        FetchOutcome::RateLimited => (
            "TikTok nos pide ir más despacio",
            "Puede que esto esté desactualizado. Lo actualizaremos automáticamente.",
        ),
        FetchOutcome::Unavailable => (
            "TikTok no ha respondido",
            "Puede que esto esté desactualizado. Lo actualizaremos automáticamente.",
        ),
        FetchOutcome::Unexpected => (
            "No hemos entendido la respuesta de TikTok",
            "Puede que esto esté desactualizado. {operator} puede buscar la causa.",
        ),
    };
    TitledText { title, text }
}

#[allow(clippy::too_many_lines, reason = "a table of texts, one row for each failure")]
fn login_failure(failure: LoginFailure) -> FailureText {
    let (title, what, remedy) = match failure {
        LoginFailure::StateUnknown => (
            "Empecemos de nuevo",
            "Este enlace ya se usó o se abrió en otro navegador.",
            "Empieza de nuevo y termina en el mismo navegador.",
        ),
        LoginFailure::StateExpired => (
            "El inicio de sesión ha tardado demasiado",
            "Tenías diez minutos para terminar de iniciar sesión.",
            "Empieza de nuevo; solo lleva un momento.",
        ),
        LoginFailure::CallbackMalformed => (
            "Falta algo en esta dirección",
            "TikTok te trae aquí después de iniciar sesión, y esta dirección no está completa.",
            "Empieza desde el inicio en lugar de usar un marcador.",
        ),
        LoginFailure::Cancelled => (
            "No se ha conectado",
            "TikTok no ha conectado tu cuenta y no nos ha dado ningún dato.",
            "Si lo detuviste tú, inténtalo de nuevo cuando quieras. Si pulsaste Autorizar, puede que TikTok no deje conectar esta cuenta: usa otra.",
        ),
        LoginFailure::UnknownRefusal => (
            "TikTok no ha conectado tu cuenta",
            "TikTok se negó por un motivo que no conocemos. Eso no significa que hayas hecho algo mal.",
            "Inténtalo de nuevo. Si vuelve a pasar, pide ayuda a {operator}.",
        ),
        LoginFailure::NotSandboxTester => (
            "Esta cuenta no está en la lista de pruebas",
            "{app} todavía está en pruebas en TikTok y solo pueden conectarse las cuentas de su lista.",
            "Pide que {operator} añada tu cuenta, lo que puede tardar una hora, o usa una cuenta de la lista.",
        ),
        LoginFailure::ClientKeyRefused => (
            "El problema es nuestro",
            "Lo has hecho todo bien, pero TikTok no conoce {app} o todavía no la ha aprobado.",
            "Avisa a {operator} de que se rechazó la clave de la aplicación.",
        ),
        LoginFailure::RedirectUriRefused => (
            "El problema es nuestro: la dirección de vuelta no es correcta",
            "{app} no está bien configurada en TikTok.",
            "Avisa a {operator} de que se rechazó la dirección de vuelta.",
        ),
        LoginFailure::PkceRefused => (
            "El problema es nuestro: la protección no coincide",
            "{app} y TikTok no se ponen de acuerdo en cómo proteger el inicio de sesión.",
            "Avisa a {operator} de que se rechazó la verificación PKCE.",
        ),
        LoginFailure::ScopeRefused => (
            "El problema es nuestro: se rechazó un permiso",
            "{app} pide un permiso para el que TikTok no la ha aprobado.",
            "Avisa a {operator} de que se rechazó un permiso (scope); abajo está lo que pide la aplicación.",
        ),
        LoginFailure::CodeRefused => (
            "El inicio de sesión ya no es válido",
            "La confirmación de TikTok sirve una sola vez y por poco tiempo. Esta ya se había usado o era demasiado antigua.",
            "Empieza de nuevo; solo lleva un momento.",
        ),
        LoginFailure::ClientRefused => (
            "El problema es nuestro: se rechazaron las credenciales",
            "Lo has hecho todo bien, pero TikTok no ha aceptado {app}.",
            "Avisa a {operator} de que se rechazaron las credenciales de la aplicación.",
        ),
        LoginFailure::RequestRefused => (
            "El problema es nuestro: se rechazó la petición",
            "Lo has hecho todo bien, pero TikTok no ha aceptado la forma en que {app} terminó el inicio de sesión.",
            "Avisa a {operator} de que se rechazó la petición del token.",
        ),
        LoginFailure::RateLimited => (
            "TikTok nos pide ir más despacio",
            "Han llegado demasiadas peticiones a TikTok en poco tiempo.",
            "Espera un minuto e inténtalo de nuevo.",
        ),
        LoginFailure::TooManyLogins => (
            "Demasiados inicios de sesión a la vez",
            "Muchas personas, o un programa, están iniciando sesión aquí o desde tu red. No se ha perdido nada.",
            "Espera un minuto e inténtalo de nuevo. Si continúa, usa otra red.",
        ),
        LoginFailure::TikTokUnavailable => (
            "No podemos contactar con TikTok",
            "TikTok tiene un problema o la conexión con TikTok está cortada.",
            "Espera unos minutos e inténtalo de nuevo.",
        ),
        LoginFailure::TikTokTimeout => (
            "TikTok no ha respondido a tiempo",
            "Pedimos a TikTok que terminara el inicio de sesión y no llegó ninguna respuesta.",
            "Inténtalo de nuevo en un minuto.",
        ),
        LoginFailure::UnexpectedAnswer => (
            "No hemos entendido la respuesta de TikTok",
            "TikTok respondió de una forma que no conocemos.",
            "Inténtalo de nuevo. Si vuelve a pasar, avisa a {operator}.",
        ),
        LoginFailure::StoreUnavailable => (
            "Tenemos un problema por nuestra parte",
            "Ahora mismo no podemos acceder a nuestra base de datos.",
            "Espera un minuto e inténtalo de nuevo.",
        ),
        LoginFailure::ConsentKept => (
            "Conectada, pero aún no se muestra",
            "TikTok ha conectado tu cuenta y lo hemos guardado de forma segura. Tenemos un problema por nuestra parte en este momento.",
            "Espera un minuto y vuelve a cargar esta página. No tienes que permitir nada de nuevo.",
        ),
        LoginFailure::Internal => (
            "Algo ha fallado por nuestra parte",
            "Es culpa nuestra, no tuya.",
            "Inténtalo de nuevo. Si vuelve a pasar, avisa a {operator}.",
        ),
    };
    FailureText { title, what, remedy }
}

const fn problem(problem: LoginProblem) -> &'static str {
    match problem {
        LoginProblem::Creator => "",
        LoginProblem::Operator => "Solo {operator} puede arreglarlo.",
        LoginProblem::Passing => "Normalmente se pasa solo.",
        LoginProblem::Unknown => "{operator} puede averiguar qué significa.",
    }
}

const fn profile_failure(error: ApiError) -> FailureText {
    match error {
        ApiError::StoreUnavailable => FailureText {
            title: "Tenemos un problema por nuestra parte",
            what: "Ahora mismo no podemos mostrar tu perfil. Tu conexión no se ve afectada.",
            remedy: "Espera un minuto e inténtalo de nuevo.",
        },
        ApiError::BadRequest | ApiError::Transport | ApiError::Internal => FailureText {
            title: "No podemos mostrar tu perfil",
            what: "Algo ha fallado por nuestra parte. Tu conexión no se ve afectada.",
            remedy: "Inténtalo de nuevo. Si vuelve a pasar, avisa a {operator}.",
        },
    }
}

const fn action_failure(error: ApiError) -> &'static str {
    match error {
        ApiError::StoreUnavailable => {
            "No ha funcionado: tenemos un problema por nuestra parte. Inténtalo de nuevo en un minuto."
        }
        ApiError::BadRequest => "No ha funcionado: no se entendió la petición. Inténtalo de nuevo.",
        ApiError::Transport => "Sin conexión. Revisa tu acceso a Internet e inténtalo de nuevo.",
        ApiError::Internal => "No ha funcionado: algo ha fallado por nuestra parte. Inténtalo de nuevo.",
    }
}

fn time_left(n: u32, unit: Unit) -> String {
    let verb = if category(Locale::Es, n) == PluralCategory::One { "queda" } else { "quedan" };
    format!("{verb} {}", counted(n, unit))
}

fn duration(seconds: u32) -> String {
    match (seconds / 60, seconds % 60) {
        (0, rest) => in_seconds(rest),
        (whole, 0) => counted(whole, Unit::Minute),
        (whole, rest) => format!("{} {}", counted(whole, Unit::Minute), in_seconds(rest)),
    }
}

fn counted(n: u32, unit: Unit) -> String {
    let [one, other] = match unit {
        Unit::Minute => ["minuto", "minutos"],
        Unit::Hour => ["hora", "horas"],
        Unit::Day => ["día", "días"],
        Unit::Month => ["mes", "meses"],
        Unit::Year => ["año", "años"],
    };
    let word = if category(Locale::Es, n) == PluralCategory::One { one } else { other };
    format!("{} {word}", number(Locale::Es, n))
}

fn in_seconds(n: u32) -> String {
    let word = if category(Locale::Es, n) == PluralCategory::One { "segundo" } else { "segundos" };
    format!("{} {word}", number(Locale::Es, n))
}

const PRIVACY: Article = Article {
    title: "Política de privacidad",
    lead: "Qué guarda {app} sobre ti, por qué, durante cuánto tiempo y cómo salir.",
    sections: &[
        Section {
            title: "Qué se guarda",
            paragraphs: &[
                "De TikTok, dentro de los permisos que das: tu nombre visible, tu nombre de usuario, tu foto de perfil y los límites de publicación que fija TikTok (quién puede ver una publicación, comentarios, duetos, pegar y duración máxima de los vídeos).",
                "Sobre la conexión: los tokens de acceso que nos da TikTok, qué permisos has dado, cuándo te conectaste y hasta cuándo dura el acceso. Los tokens se cifran antes de guardarse y ninguna página los muestra.",
                "Lo que ha pasado con la conexión y las publicaciones: cuándo te conectaste y lo que TikTok nos comunica sobre las publicaciones.",
                "Tu contraseña de TikTok y tu dirección de correo nunca nos llegan.",
            ],
        },
        Section {
            title: "Cookies",
            paragraphs: &[
                "Una cookie reconoce tu navegador durante el inicio de sesión y termina en una hora; otra mantiene tu sesión abierta. Otras dos recuerdan el idioma y el tema, si los eliges. No hay publicidad ni rastreo, y no se carga nada de terceros.",
            ],
        },
        Section {
            title: "Quién lo usa",
            paragraphs: &[
                "Solo usan la conexión {operator} y sus propios programas, dentro de los permisos que das. {app} intercambia datos con TikTok y con su propia base de datos, y con nadie más.",
            ],
        },
        Section {
            title: "Registros",
            paragraphs: &[
                "Para encontrar fallos, {app} lleva registros técnicos: qué se pidió, cuándo y si funcionó. No contienen nombres, tokens ni cookies, y los antiguos se borran automáticamente.",
            ],
        },
        Section {
            title: "Durante cuánto tiempo",
            paragraphs: &[
                "Los tokens se conservan hasta que termina el acceso: porque tú lo terminas o porque acaba el plazo que fija TikTok; tu perfil muestra el día. Cuando lo terminas aquí, se borran al instante. Si en ese momento no se puede avisar a TikTok, se conserva una copia cifrada hasta que se pueda, y como máximo 180 días.",
                "Tu perfil se conserva hasta que pidas borrarlo o hasta que {operator} lo borre. Una sesión termina cuando la cierras, en tus otros navegadores cuando te desconectas, o por sí sola: tras 30 días sin uso y 90 días después de iniciarla.",
            ],
        },
        Section {
            title: "Cómo salir",
            paragraphs: &[
                "En tu perfil, elige Desconectar. El acceso termina al instante, los tokens se borran y TikTok queda informado. Tú decides si tu perfil se queda aquí o se borra. Recibes un comprobante.",
                "En la misma página puedes hacer que se borre todo sobre ti: la conexión, tu perfil y tus sesiones en todos los navegadores. Una vez informado TikTok, no queda nada tuyo en la base de datos.",
                "También puedes terminar el acceso en la aplicación de TikTok: ve a Ajustes y privacidad, luego a Seguridad y permisos, y elimina {app} de las aplicaciones conectadas. Los tokens dejan de funcionar al instante.",
                "Cerrar la sesión solo termina la sesión en este navegador.",
            ],
        },
        Section {
            title: "Tus derechos",
            paragraphs: &[
                "En tu perfil puedes descargar lo que se guarda sobre ti y hacer que se borre. Pide a {operator} que corrija tus datos, o escríbele si tienes una pregunta.",
            ],
        },
    ],
};

const TERMS: Article = Article {
    title: "Condiciones de uso",
    lead: "Las reglas para usar {app}. Las aceptas al conectar tu cuenta de TikTok.",
    sections: &[
        Section {
            title: "Qué hace",
            paragraphs: &[
                "{app} conecta tu cuenta de TikTok, te muestra lo que TikTok dice de ella y mantiene la conexión, para que {operator} pueda usarla dentro de los permisos que das.",
            ],
        },
        Section {
            title: "Tu cuenta",
            paragraphs: &[
                "Conecta solo una cuenta que sea tuya o que puedas gestionar. Las condiciones de TikTok se siguen aplicando a todo lo que se haga con ella.",
            ],
        },
        Section {
            title: "Qué está permitido",
            paragraphs: &[
                "{operator} solo puede hacer lo que cubren tus permisos. Puedes negarlos y retirarlos en cualquier momento, en la aplicación de TikTok o desconectándote en tu perfil.",
            ],
        },
        Section {
            title: "Qué no se promete",
            paragraphs: &[
                "El servicio puede interrumpirse, y TikTok puede cambiar o terminar lo que ofrece. Hasta donde la ley lo permite, se ofrece tal cual, sin garantía.",
            ],
        },
        Section {
            title: "Independencia",
            paragraphs: &["{app} no forma parte de TikTok ni cuenta con su respaldo."],
        },
        Section {
            title: "Fin",
            paragraphs: &[
                "Puedes salir en cualquier momento, en tu perfil, sin dar motivos. {operator} también puede terminar una conexión, por ejemplo si no se cumplen estas condiciones.",
            ],
        },
    ],
};

fn happening(what: &ActivityKind) -> &'static str {
    match what {
        ActivityKind::Connected => "Conectaste tu cuenta.",
        ActivityKind::Reconnected => "Volviste a conectar tu cuenta.",
        ActivityKind::Disconnected => "Desconectaste tu cuenta.",
        ActivityKind::NeedsReconnect => "La conexión dejó de funcionar.",
        ActivityKind::Recovered => "La conexión vuelve a funcionar.",
        ActivityKind::Removed(RemovalReason::ByCreator) => "Eliminaste {app} en la aplicación de TikTok.",
        ActivityKind::Removed(RemovalReason::AccountDeleted) => "Se eliminó la cuenta de TikTok.",
        ActivityKind::Removed(RemovalReason::AgeChanged) => {
            "TikTok terminó la conexión: cambió la edad de la cuenta."
        }
        ActivityKind::Removed(RemovalReason::AccountBanned) => {
            "TikTok terminó la conexión: la cuenta está suspendida."
        }
        ActivityKind::Removed(RemovalReason::ByDeveloper) => {
            "TikTok confirmó que {operator} terminó la conexión."
        }
        ActivityKind::Removed(RemovalReason::Unknown) => "TikTok terminó la conexión sin dar un motivo.",
        ActivityKind::UploadFailed => "Falló la subida de un vídeo.",
        ActivityKind::VideoPublished => "Publicaste un vídeo compartido con TikTok.",
        ActivityKind::DataReady => "Una copia de tus datos de TikTok está lista.",
        ActivityKind::PostFailed => "Falló una publicación.",
        ActivityKind::PostComplete => "Una publicación está en línea.",
        ActivityKind::PostInInbox => "Un borrador te espera en tu bandeja de entrada de TikTok.",
        ActivityKind::PostPublic => "Una publicación ya es pública.",
        ActivityKind::PostHidden => "Una publicación ya no es pública.",
        ActivityKind::Other(_) => "Otro aviso de TikTok",
    }
}

fn reason(word: &str) -> Option<&'static str> {
    Some(match word {
        "file_format_check_failed" => "TikTok no acepta este formato de archivo.",
        "duration_check_failed" => "El vídeo es demasiado corto o demasiado largo.",
        "frame_rate_check_failed" => "No se acepta la frecuencia de fotogramas del vídeo.",
        "picture_size_check_failed" => "No se acepta el tamaño de la imagen.",
        "internal" => "TikTok tuvo un problema. Se puede intentar de nuevo.",
        "video_pull_failed" => "TikTok no pudo obtener el vídeo.",
        "photo_pull_failed" => "TikTok no pudo obtener la foto.",
        "publish_cancelled" => "Se canceló la publicación.",
        "auth_removed" => "Se retiró el acceso en la aplicación de TikTok.",
        "spam_risk_too_many_posts" => "Se había alcanzado el límite de publicaciones de ese día.",
        "spam_risk_user_banned_from_posting" => "TikTok ha bloqueado las publicaciones de la cuenta.",
        "spam_risk_text" => "TikTok tomó el texto por spam.",
        "spam_risk" => "TikTok tomó la publicación por spam.",
        _ => return None,
    })
}
