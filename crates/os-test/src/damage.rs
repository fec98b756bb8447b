//! States that no request makes, each with the reason why a test needs it.

use crate::App;
use uuid::Uuid;

impl<S> App<S> {
    /// Bans all accounts. An operator does this in the database: no request bans a user.
    pub async fn ban_all_accounts(&self) {
        self.execute("UPDATE sys_user SET banned = TRUE").await;
    }

    /// Ends the ban of all accounts, as an operator does.
    pub async fn unban_all_accounts(&self) {
        self.execute("UPDATE sys_user SET banned = FALSE").await;
    }

    /// Gives an environment a status. Environments are active at once; the other statuses
    /// are those of the original's provisioning, which older databases hold.
    pub async fn set_environment_status(&self, environment: Uuid, status: &str) {
        let mut tx = self.db.write().await.unwrap();
        tx.query("UPDATE sys_environment SET status = $2 WHERE id = $1")
            .bind(environment)
            .bind(status.to_owned())
            .run()
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
}
